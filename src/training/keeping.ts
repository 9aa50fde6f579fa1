import { checkedNumber, knownOptions } from "../core/names.ts";
import { type Checkpoint, encodeCheckpoint, type Identity, nameOf, snapshotIn, tensorsIn } from "./checkpoint.ts";
import type { Training } from "./course.ts";
import { accessTo, type Sink, type Source } from "./files.ts";
import { checkSame, identityOf } from "./identity.ts";
import type { Snapshot, TrainingSession } from "./session.ts";

/** Where training in progress is kept, how often, and where it goes on from. In Node, a path of a folder will do for both. */
export interface CheckpointOptions {
  /** Receives files of two names in turn, each whole: of the one before, nothing is lost until the next is kept. */
  readonly to?: Sink | string;
  /** Gives back what `to` received; training goes on from the latest, or begins where there is none. */
  readonly from?: Source | string;
  /** Epochs from one to the next. Default: by time. */
  readonly every?: number | undefined;
  /** Seconds from one to the next, at an end of an epoch. Default 10. */
  readonly seconds?: number | undefined;
  /** Whether the history is kept with it. Default true. */
  readonly history?: boolean;
}

/** What of a checkpoint changes with the epochs. */
export type State = Omit<Checkpoint, "generation" | "identity" | "epoch" | "tensors">;

/** Writes checkpoints while training goes on. */
export interface Keeper {
  /**
   * To be called after every epoch: writes a checkpoint if it is time. Training goes on while the sink is at work.
   *
   * @throws what the sink threw the last time
   */
  after(now: () => State): Promise<void>;
  /**
   * Writes the last checkpoint and waits until it is written. Of a training too short for its first one there is none,
   * unless it is wanted.
   */
  end(now: () => State, wanted: boolean): Promise<void>;
  /** Waits for what is being written, and passes over what came of it. */
  settled(): Promise<void>;
}

/** At most one part in so many of the time goes into encoding checkpoints. */
const share = 50;

/**
 * The keeper of a training; it writes nothing where nothing is to be kept. A session that is to go on from a checkpoint is
 * taken there.
 *
 * @throws `option`; `resume-mismatch` when the checkpoint to go on from is of another training
 */
export function keeperOf<Θ>(training: Training<Θ>, session: TrainingSession<Θ>): Keeper {
  const { from = null, settings } = training;
  let known: Identity | undefined;
  const identity = (): Identity => {
    known ??= identityOf(training, session.closure);
    return known;
  };
  const keeping = keepingOf(settings.checkpoint ?? {});
  if (from) {
    checkSame(from.identity, identity());
    session.restore(snapshotIn(from, session.snapshot));
  }
  return keeping ? new Writer(keeping, { session, identity, from }) : idle;
}

/** When checkpoints are written, and where they go. */
interface Keeping {
  readonly to: Sink;
  /** null: by time. */
  readonly every: number | null;
  readonly seconds: number;
}

function keepingOf(options: CheckpointOptions): Keeping | null {
  knownOptions("checkpoint", options, ["to", "from", "every", "seconds", "history"]);
  const { to, every, seconds = 10 } = options;
  if (every !== undefined) checkedNumber("checkpoint.every", every, { least: 1, integer: true });
  checkedNumber("checkpoint.seconds", seconds, { least: 0 });
  return to === undefined ? null : { to: accessTo("checkpoint.to", to), every: every ?? null, seconds };
}

const idle: Keeper = { after: async () => undefined, end: async () => undefined, settled: async () => undefined };

/** What is kept. */
interface Kept {
  readonly session: { readonly epoch: number; readonly snapshot: Snapshot };
  readonly identity: () => Identity;
  readonly from: Checkpoint | null;
}

/** One file at a time is on its way to the sink. */
class Writer implements Keeper {
  readonly #keeping: Keeping;
  readonly #session: Kept["session"];
  readonly #identity: Kept["identity"];
  readonly #began = performance.now();
  #last: { readonly epoch: number; readonly generation: number; readonly time: number; readonly cost: number };
  #writing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(keeping: Keeping, { session, identity, from }: Kept) {
    this.#keeping = keeping;
    this.#session = session;
    this.#identity = identity;
    this.#last = { epoch: from?.epoch ?? 0, generation: from?.generation ?? 0, time: this.#began, cost: 0 };
  }

  async after(now: () => State): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (!this.#isDue) return;
    await this.#done();
    this.#write(now());
  }

  async end(now: () => State, wanted: boolean): Promise<void> {
    await this.#done();
    if (this.#last.epoch === this.#session.epoch || !(wanted || this.#isWorthwhile)) return;
    this.#write(now());
    await this.#done();
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  get #isDue(): boolean {
    const { every, seconds } = this.#keeping;
    if (every !== null) return this.#session.epoch % every === 0;
    return this.#writing === null && since(this.#last.time) >= Math.max(seconds, (share * this.#last.cost) / 1000);
  }

  /** Whether training has taken long enough for a checkpoint. */
  get #isWorthwhile(): boolean {
    const { every, seconds } = this.#keeping;
    return every !== null || this.#last.generation > 0 || since(this.#began) >= seconds;
  }

  async #done(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  #write(state: State): void {
    const started = performance.now();
    const generation = this.#last.generation + 1;
    const { snapshot } = this.#session;
    const { epoch } = snapshot;
    const tensors = tensorsIn(snapshot);
    const bytes = encodeCheckpoint({ ...state, epoch, tensors, identity: this.#identity(), generation });
    const time = performance.now();
    this.#last = { epoch, generation, time, cost: time - started };
    const writing = this.#give(nameOf(generation), bytes);
    this.#writing = writing;
    void writing.then(() => {
      if (this.#writing === writing) this.#writing = null;
    });
  }

  async #give(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#keeping.to(name, bytes);
    } catch (error) {
      this.#failure = { error };
    }
  }
}

/** Seconds since a moment in milliseconds. */
const since = (moment: number): number => (performance.now() - moment) / 1000;
