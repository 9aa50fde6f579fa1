import { workshopOf } from "../backends/paced.ts";
import type { Workshop } from "../compile/index.ts";
import { isModelError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Divergence } from "./divergence.ts";
import { type Figures, measuring, type Place } from "./evaluate.ts";
import { FirstLoss } from "./firstloss.ts";
import type { EpochRow } from "./history.ts";
import { judgingIn } from "./judging.ts";
import type { Keeper, State } from "./keeping.ts";
import { spreadOf } from "./metrics.ts";
import type { Learnt, Objective, Part } from "./objective.ts";
import type { Settings, TrainOptions } from "./options.ts";
import type { Recorder } from "./recording.ts";
import { epochMeans, rowFigures } from "./rows.ts";
import { Session, type TrainingSession } from "./session.ts";
import type { Best, EarlyStopping, Stopper } from "./stopping.ts";
import { normalised } from "./weights.ts";

/** A row of the history, with the parameters of that moment. */
export interface TrainingRow<Θ> extends EpochRow {
  readonly parameters: () => Θ;
  /** What the layers keep besides (running statistics), of that moment. */
  readonly state: () => unknown;
}

/** The row without the parameters. */
export function plain<Θ>({ parameters: _, state: __, ...row }: TrainingRow<Θ>): EpochRow {
  return row;
}

/** How training ended. */
export interface TrainingEnd<Θ> {
  /** The last parameters; with early stopping the best ones. */
  readonly parameters: Θ;
  readonly state: unknown;
  /** All epochs done, stopped early, at a minimum (as far as the optimizer can tell), or interrupted by the signal. */
  readonly stopped: "epochs" | "early" | "converged" | "interrupted";
  /** The epoch of the parameters, with early stopping. */
  readonly best: Best | null;
  /** The history of before, where training went on from a checkpoint that holds it. */
  readonly earlier: readonly EpochRow[];
  readonly steps: number;
  /** Threads that worked at the same time. */
  readonly threads: number;
  readonly seconds: { readonly compile: number; readonly training: number };
}

/** What `train` and `fit` share: the parts as tensors, and every choice made. */
export interface Training<Θ> {
  readonly settings: Settings;
  readonly objective: Objective<Θ>;
  readonly training: Part;
  readonly validation: Part | null;
  readonly options: TrainOptions<Θ>;
  readonly start: Learnt<Θ>;
  /** Gives each row of a part the weight of its class, where classes count differently. */
  readonly weigh?: (part: Part) => Part;
  /** The checkpoint from which it goes on. */
  readonly from?: Checkpoint | null;
}

/** A training on its way. */
interface Course<Θ> extends Training<Θ> {
  readonly session: TrainingSession<Θ>;
  readonly workshop: Workshop;
  readonly keeper: Keeper | null;
  /** Records how the layers stand, where that is asked for. */
  readonly recorder: Recorder | null;
  readonly validate: ((learnt: Learnt<Θ>) => Promise<Figures>) | null;
  /** Metrics of whole parts, where some are asked for. */
  readonly judge: Judge<Θ> | null;
  /** The loss before training. */
  readonly first: FirstLoss;
  /** Variance of the targets. */
  readonly spread: number;
  readonly stopper: Stopper | null;
  /** Milliseconds that compiling took. */
  readonly compiling: number;
  /** The moment, in milliseconds, when it would have begun without a pause. */
  readonly began: number;
}

type Judge<Θ> = (learnt: Learnt<Θ>) => Promise<Record<"train" | "validation", Figures["metrics"]>>;

/** Compiles, and measures the network before training, or goes to where the checkpoint is. */
async function courseOf<Θ>(training: Training<Θ>, workshop: Workshop): Promise<Course<Θ>> {
  const started = performance.now();
  const { settings, objective, validation, start, from = null } = training;
  const { engine, checkpoint } = settings;
  const stopper = settings.earlyStopping === null ? null : await stopperFor(training, settings.earlyStopping);
  const place = { engine, workshop };
  const judge = settings.measured.length === 0 ? null : await judgeFor(training, place);
  const session = await sessionOf(training, place);
  const keeper = checkpoint || from ? await keeperFor(training, session) : null;
  const recorder = settings.record ? await recorderIn(training, session, place) : null;
  const validate = validation && (await measuring(objective, start, validation, place)).measure;
  const first = new FirstLoss(() => lossBefore(training, place), from?.first);
  const now = performance.now();
  return {
    ...training,
    session,
    workshop,
    keeper,
    recorder,
    validate,
    judge,
    first,
    spread: spreadOf(training.training.y, training.training.counts),
    stopper,
    compiling: now - started,
    began: now - 1000 * (from?.seconds ?? 0),
  };
}

/** What recording needs comes only when it is on. */
async function recorderIn<Θ>(
  { objective, training }: Training<Θ>,
  { beginning, batches }: TrainingSession<Θ>,
  place: Place,
): Promise<Recorder> {
  const { recorderFor } = await import("./seldom.ts");
  return recorderFor(objective, normalised(training), beginning, { ...place, batches });
}

/** The session of an update rule; that of an optimizer that looks at all rows at once comes only when there is one. */
async function sessionOf<Θ>(training: Training<Θ>, place: Place): Promise<TrainingSession<Θ>> {
  const { objective, settings, start } = training;
  const { seed, batchSize } = settings;
  const { optimizer } = objective;
  if ("update" in optimizer)
    return Session.begin({ ...objective, optimizer }, training.training, place, { seed, batchSize, start });
  const { WholeBatchSession } = await import("./seldom.ts");
  return WholeBatchSession.begin({ ...objective, optimizer }, training.training, place, { seed, start });
}

/** Measures whole parts, where something is asked for; what cannot be measured is refused before training. */
async function judgeFor<Θ>(
  { settings, objective, start, training, validation }: Training<Θ>,
  place: Place,
): Promise<Judge<Θ>> {
  const { task, measured, unit } = settings;
  const asked = { task, metrics: measured, ...(unit && { unit }) };
  const judge = await judgingIn(objective, start, { train: training, validation }, place, asked);
  await judge(start);
  return judge;
}

/** What early stopping needs comes only when it is on. */
async function stopperFor<Θ>(
  { settings, objective, validation, from }: Training<Θ>,
  options: EarlyStopping | number,
): Promise<Stopper> {
  const { earlyStoppingOf, figuresOf, stopperOf, watchOf } = await import("./stopping.ts");
  return stopperOf(
    watchOf(earlyStoppingOf(options), figuresOf(objective.metrics, settings.measured), validation !== null),
    from?.standing,
  );
}

/** What checkpoints need comes only when there are to be any: a page that keeps none does not load it. */
async function keeperFor<Θ>(training: Training<Θ>, session: TrainingSession<Θ>): Promise<Keeper> {
  const { keeperOf } = await import("./kept.ts");
  return keeperOf(training, session);
}

/** The loss before training. */
async function lossBefore<Θ>(
  { objective, start, training }: Training<Θ>,
  place: Parameters<typeof measuring>[3],
): Promise<number> {
  const { measure, close } = await measuring(objective, start, training, place);
  const { loss } = await measure(start);
  close();
  return loss;
}

/**
 * The epochs of a training. A checkpoint of an epoch is written only after its row was consumed.
 *
 * @throws `diverged`; `resume-mismatch` when the checkpoint to go on from is of another training; what a sink throws
 */
export async function* epochs<Θ>(training: Training<Θ>): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void> {
  const workshop = workshopOf(training.settings.engine.backend);
  try {
    await pause(); // tracing takes a page's turn of its own
    return yield* rowsOf(await courseOf(training, workshop));
  } catch (error) {
    if (isModelError(error) && error.problem.code === "diverged") (error as Divergence).threads = workshop.threads;
    throw error;
  } finally {
    workshop.close();
  }
}

async function* rowsOf<Θ>(course: Course<Θ>): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void> {
  const { keeper, settings } = course;
  const history = [...(course.from?.history ?? [])];
  const withHistory = settings.checkpoint !== null && settings.checkpoint.history !== false;
  try {
    for (;;) {
      const over = isOver(course);
      const row = over ? null : await next(course);
      if (!row) {
        const stopped = over ?? "interrupted";
        await keeper?.end(() => stateOf(course, history), stopped === "interrupted");
        return end(course, stopped);
      }
      yield row;
      if (withHistory) history.push(plain(row));
      await keeper?.after(() => stateOf(course, history));
    }
  } finally {
    await keeper?.settled();
  }
}

function isOver<Θ>({ session, settings, stopper, options }: Course<Θ>): TrainingEnd<Θ>["stopped"] | null {
  if (session.finished) return "converged";
  if (session.epoch >= settings.epochs) return "epochs";
  if (stopper?.exhausted(session.epoch)) return "early";
  return options.signal?.aborted ? "interrupted" : null;
}

/** What besides the session is needed to go on from here. */
const stateOf = <Θ>({ first, stopper, began }: Course<Θ>, history: readonly EpochRow[]): State => ({
  first: first.known,
  seconds: (performance.now() - began) / 1000,
  ...(stopper && { standing: stopper.standing }),
  history,
});

function end<Θ>(course: Course<Θ>, stopped: TrainingEnd<Θ>["stopped"]): TrainingEnd<Θ> {
  const { session, workshop, stopper, began, compiling } = course;
  session.settle();
  const { θ, running } = session.learnt;
  return {
    parameters: θ,
    state: running,
    stopped,
    best: stopper?.best ?? null,
    earlier: course.from?.history ?? [],
    steps: session.steps,
    threads: workshop.threads,
    seconds: { compile: compiling / 1000, training: (performance.now() - began) / 1000 },
  };
}

/** One more epoch; nothing when it was interrupted. */
async function next<Θ>(course: Course<Θ>): Promise<TrainingRow<Θ> | null> {
  const { session, settings, objective, training, options, first } = course;
  const began = performance.now();
  const before = session.moment;
  const epoch = await session.runEpoch(options.signal);
  if (epoch.interrupted) return null;
  const seconds = Math.max(performance.now() - began, clockTick) / 1000;
  const means = epochMeans(epoch, objective, training.y.shape[0]!, settings.batchSize, course.spread);
  if (await first.isExceeded(means.loss, epoch.figures!.loss)) {
    const { explosion } = await import("./seldom.ts");
    throw explosion(session, session.kept(before()), means.loss, first.known!);
  }
  const after = session.moment;
  const judged = course.judge && (await course.judge(after()));
  const validated = course.validate && (await course.validate(after()));
  const layers = await course.recorder?.(session.epoch, session.beginning.carry);
  const figures = rowFigures(
    withMetrics(means, judged?.train),
    validated && withMetrics(validated, judged?.validation),
  );
  session.react(figures.loss.validation ?? figures.loss.train);
  return {
    epoch: session.epoch,
    ...(isBest(course, { epoch: session.epoch, ...figures }) && { best: true }),
    steps: session.steps,
    ...figures,
    rowsPerSecond: training.x.shape[0]! / seconds,
    seconds: (performance.now() - course.began) / 1000,
    ...(layers && { layers }),
    parameters: () => after().θ,
    state: () => after().running,
  };
}

const withMetrics = <F extends Figures>(figures: F, more: Figures["metrics"] = {}): F => ({
  ...figures,
  metrics: { ...figures.metrics, ...more },
});

/** Judges an epoch, where early stopping is on; the best so far is kept. */
function isBest<Θ>({ stopper, session }: Course<Θ>, row: Parameters<Stopper["judge"]>[0]): boolean {
  const best = stopper?.judge(row) === true;
  if (best) session.keep();
  return best;
}

/** Milliseconds below which some browsers do not tell times apart. */
const clockTick = 0.1;
