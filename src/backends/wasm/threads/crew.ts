import type { Local } from "./local.ts";
import { type Message, words } from "./worker.ts";
import { type Worker, type Workplace, workplace } from "./workplace.ts";

/** A program that a crew can run: its module, its memory, and how many threads take part. */
export interface Job {
  readonly threads: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** What is to be run: a part of a program, and the turns of it. */
export interface Task {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** A thread did not come back: what it was working on is lost. */
export class Lost extends Error {
  override readonly name = "Lost";
}

/** Memories that nobody needs any more and workers may still hold: a page has room for some hundred. */
const mostForgotten = 24;

/** Looks at a word of another thread before this one sleeps, and milliseconds that it sleeps before it looks around. */
const [looks, nap] = [5000, 20];

/** Milliseconds that a thread may be late for no reason; beyond, it may take four times as long as this thread did. */
const grace = 2000;

/** This thread and the workers that help it: they run programs together, one at a time. */
export class Crew {
  readonly #local: Local;
  readonly #place: Workplace;
  #block: Int32Array<SharedArrayBuffer>;
  #workers: Worker[] = [];
  /** Numbers of jobs, and how many workers know of each. */
  #known = new WeakMap<Job, { readonly id: number; to: number }>();
  readonly #gone = new FinalizationRegistry<number>((id) => this.#forgetNumber(id));
  #jobs = 0;
  #forgotten = 0;
  #began = 0;
  #waiting = { at: "", since: 0 };
  #busy = false;
  /** Why there is no crew any more. */
  #failure: string | null = null;

  constructor(local: Local) {
    this.#local = local;
    this.#place = workplace(local.builtin);
    this.#block = this.#emptyBlock();
  }

  #emptyBlock(): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer(4 * (words.line + words.width * this.#local.mostThreads)));
  }

  /** Whether nobody was lost so far. */
  get intact(): boolean {
    return this.#failure === null;
  }

  /** Starts the workers that are missing. */
  enlist(threads: number): void {
    if (!this.intact) return;
    try {
      for (let thread = this.#workers.length + 1; thread < threads; thread++) {
        const worker = this.#place.start((reason) => this.#disband(reason));
        this.#workers.push(worker);
        worker.send({ block: this.#block.buffer, thread });
      }
    } catch (error) {
      this.#disband(String(error)); // workers may be forbidden
    }
  }

  /** Whether so many threads can begin now; where workers start by themselves, it waits for them up to a number of milliseconds. */
  ready(threads: number, patience = 0): boolean {
    if (!this.intact || this.#busy || this.#workers.length < threads - 1) return false;
    const deadline = performance.now() + (this.#place.startsAlone ? patience : 0);
    for (let thread = 1; thread < threads; thread++) {
      const ready = word(thread, words.ready);
      if (Atomics.load(this.#block, ready) === 1) continue;
      const left = deadline - performance.now();
      if (left <= 0 || Atomics.wait(this.#block, ready, 0, left) === "timed-out") return false;
    }
    return true;
  }

  /**
   * Runs a task with all threads of a job; this thread's share of it is `own`. Nobody works on it any more when this is over,
   * unless a thread was lost.
   *
   * @throws Lost when a thread failed or did not come back; whatever `own` throws
   */
  work(job: Job, task: Task, own: () => void): void {
    this.#busy = true;
    this.#begin(job, task);
    try {
      own();
      this.#settle(job.threads);
    } catch (error) {
      this.#callOff(job, error);
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  #begin(job: Job, { part, from, to }: Task): void {
    const block = this.#block;
    const id = this.#introduced(job);
    const arrivals = new Int32Array(job.memory.buffer);
    arrivals.fill(0, 0, this.#local.signals.end(job.threads) / 4);
    for (const [at, value] of [
      [words.program, id],
      [words.part, part],
      [words.from, from],
      [words.to, to],
    ] as const)
      block[at] = value;
    Atomics.store(block, words.off, 0);
    this.#began = performance.now();
    this.#waiting = { at: "", since: this.#began };
    for (let thread = 1; thread < job.threads; thread++) {
      Atomics.add(block, word(thread, words.turn), 1);
      this.#ring(thread);
    }
  }

  /** The number of a job, which all its threads have been told. */
  #introduced(job: Job): number {
    const known = this.#known.get(job) ?? { id: ++this.#jobs, to: 0 };
    if (known.to === 0) {
      this.#known.set(job, known);
      this.#gone.register(job, known.id, job);
    }
    for (let thread = known.to + 1; thread < job.threads; thread++) this.#tell(thread, { id: known.id, ...job });
    known.to = job.threads - 1;
    return known.id;
  }

  /** Lets go of a job that is not needed any more. */
  forget(job: Job): void {
    const known = this.#known.get(job);
    this.#known.delete(job);
    this.#gone.unregister(job);
    if (known) this.#forgetNumber(known.id);
  }

  /** A worker may keep the memory of a job for long, so they end now and then, and others are started when there is work. */
  #forgetNumber(id: number): void {
    if (!this.intact) return;
    for (const i of this.#workers.keys()) this.#tell(i + 1, { id, module: null });
    if (++this.#forgotten === mostForgotten) this.#end();
  }

  #end(): void {
    for (const [i, worker] of this.#workers.entries()) {
      this.#announce(i + 1); // a page's worker that sleeps is ended seconds later
      worker.end();
    }
    this.#workers = [];
    this.#block = this.#emptyBlock();
    this.#known = new WeakMap();
    this.#forgotten = 0;
  }

  #tell(thread: number, message: Message): void {
    this.#workers[thread - 1]!.send(message);
    this.#announce(thread);
  }

  /** Has a worker wait for a message. */
  #announce(thread: number): void {
    Atomics.add(this.#block, word(thread, words.sent), 1);
    this.#ring(thread);
  }

  #ring(thread: number): void {
    Atomics.add(this.#block, word(thread, words.bell), 1);
    Atomics.notify(this.#block, word(thread, words.bell));
  }

  /** Waits until all workers are done. */
  #settle(threads: number): void {
    for (let thread = 1; thread < threads; thread++) {
      const [done, turn] = [word(thread, words.done), this.#block[word(thread, words.turn)]!];
      for (let look = 0; ; look++) {
        const now = Atomics.load(this.#block, done);
        if (now === turn) break;
        if (look < looks) continue;
        this.#check(threads, `done ${thread}`);
        if (this.#place.sleeps) Atomics.wait(this.#block, done, now, nap);
      }
    }
    this.#check(threads, "");
  }

  /** Called within a program when this thread has waited at a barrier for some time: another has not come `past` it yet. */
  late({ memory, threads }: Job, other: number, past: number): void {
    this.#check(threads, `${other} at ${past}`);
    if (!this.#place.sleeps) return;
    const arrivals = new Int32Array(memory.buffer);
    Atomics.add(arrivals, 0, 1);
    Atomics.wait(arrivals, this.#local.signals.arrivals(other) / 4, past, nap);
    Atomics.sub(arrivals, 0, 1);
  }

  /** Wakes those who wait for this thread. */
  wake({ memory }: Job): void {
    Atomics.notify(new Int32Array(memory.buffer), this.#local.signals.arrivals(0) / 4);
  }

  /** Gives up on threads that failed, or that this one has waited for too long at the same place. */
  #check(threads: number, at: string): void {
    for (let thread = 1; thread < threads; thread++)
      if (Atomics.load(this.#block, word(thread, words.failed)) === 1) throw new Lost(this.#reason());
    const now = performance.now();
    if (this.#waiting.at !== at) this.#waiting = { at, since: now };
    const { since } = this.#waiting;
    if (now - since > grace + 4 * (since - this.#began))
      throw new Lost(`it did not answer for ${seconds(now - since)}`);
  }

  #reason(): string {
    const text = this.#block.subarray(words.reason, words.reason + words.reasonLength);
    return String.fromCharCode(...text.subarray(0, text.indexOf(0)));
  }

  /** Sees to it that nobody works on a job any more. */
  #callOff({ memory, threads }: Job, error: unknown): void {
    Atomics.store(this.#block, words.off, 1);
    const arrivals = new Int32Array(memory.buffer);
    for (let thread = 0; thread < threads; thread++) Atomics.notify(arrivals, this.#local.signals.arrivals(thread) / 4);
    try {
      if (error instanceof Lost) throw error;
      this.#settle(threads);
    } catch (lost) {
      this.#disband((lost as Error).message);
    }
  }

  #disband(reason: string): void {
    if (!this.intact) return;
    this.#failure = reason;
    this.#end();
    this.#local.notice(`a thread was lost (${reason}); programs run on one thread from now on.`);
  }
}

const word = (thread: number, of: number): number => words.line + words.width * thread + of;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

let crew: Crew | null = null;

/** The crew of this thread, which all programs share. */
export const crewHere = (local: Local): Crew => (crew ??= new Crew(local));
