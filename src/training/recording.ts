import { differentiate, pushforward } from "../autodiff/index.ts";
import { isTensor, type Tensor } from "../core/tensor.ts";
import { leaves, mapLeaves } from "../core/tree.ts";
import type { Lifted } from "../graph/lifted.ts";
import { fill, isValue, lift, type Value } from "../graph/value.ts";
import { type AnyLayer, forward, type Layer } from "../nn/index.ts";
import { abs, add, cast, div, foldKey, less, max, mean, min, mul, sqrt, square, sub, sum } from "../ops/index.ts";
import { isWholeBatch, type Optimizer, rateAt, update } from "../optim/index.ts";
import type { Place } from "./evaluate.ts";
import { histogramOf } from "./histogram.ts";
import type { LayerRecord } from "./history.ts";
import { type Carry, courseOf, meanLoss, type Objective, type Part, penaltyOf } from "./objective.ts";
import { type Batches, compiledIn, type EpochArguments, stepsOf, type Traced, traced } from "./programs.ts";
import { partRows } from "./weights.ts";

/** An activation is flat where its slope is less than this: a tanh beyond ±0.9975, a sigmoid beyond 0.005 and 0.995. */
const flat = 0.005;
/** Numbers on one flat side of an activation differ by less than this, those on two sides by more. */
const oneSide = 0.1;

/** What is recorded of a layer, traced. */
type Traces = Readonly<Record<Exclude<keyof LayerRecord, "layer" | "outputs" | "weights">, Value | undefined>>;

/** The layers of a network that are recorded one by one. */
const layersOf = <Θ>(model: Layer<Θ>): readonly AnyLayer[] => model.layers ?? [model as AnyLayer];

/** What of a tree of parameters belongs to which layer. */
const partsOf =
  <Θ>({ layers }: Layer<Θ>) =>
  (tree: unknown): readonly unknown[] =>
    layers ? (tree as readonly unknown[]) : [tree];

/** How what comes out of a layer is spread, and how much of it stands on a flat side. */
function activity({ activation }: AnyLayer, { x, y }: { readonly x: Value; readonly y: Value }): Partial<Traces> {
  const μ = mean(y);
  const spread = { mean: μ, variance: mean(square(sub(y, μ))) };
  if (!activation || x.shape.length < 2) return spread;
  const [slope] = pushforward([y], new Map([[x, fill(x, 1)]]));
  if (!slope) return spread;
  const isFlat = cast(less(abs(slope), flat), "real");
  const isOneSide = cast(less(sub(max(y, 0), min(y, 0)), oneSide), "real");
  return { ...spread, dead: mean(mul(min(isFlat, 0), isOneSide)), saturated: mean(isFlat) };
}

const length = (arrays: readonly Value[]): Value =>
  sqrt(arrays.map((a) => sum(square(a))).reduce((a, b) => add(a, b), lift(0)));

/** How large gradient and update of a layer's parameters are. */
function motion(θ: unknown, gradient: unknown, moved: unknown): Partial<Traces> {
  const [from, to] = [leaves(θ, isValue), leaves(moved, isValue)];
  if (from.length === 0) return {};
  const Δ = from.map((leaf, i) => sub(to[i]!, leaf));
  return { gradient: length(leaves(gradient, isValue)), update: div(length(Δ), length(from)) };
}

/** What is seen of a layer: its figures, and all that came out of it. */
interface Seen {
  readonly figures: Partial<Record<keyof Traces, Tensor>>;
  readonly outputs: Tensor;
}

interface RecordingArguments<T> {
  readonly carry: EpochArguments<T>["carry"];
  /** The parameters one step earlier, for an optimizer that looks at all rows at once: its steps are not made here again. */
  readonly earlier?: unknown;
  readonly key: T;
  readonly batch: Part<T>;
}

/**
 * One step seen from inside: forward and backward on a batch and the update that would follow, none of which is kept; of an
 * optimizer that looks at all rows at once, the update that led here.
 *
 * @returns for each layer the figures of its record
 */
export function recordingProgram<Θ>(
  objective: Objective<Θ>,
  example: RecordingArguments<Tensor>,
  stepsPerEpoch: number,
): Traced<readonly Seen[]> {
  const { model, loss, optimizer } = objective;
  const layers = layersOf(model);
  const parts = partsOf(model);
  return traced(example, ({ carry, earlier, key, batch }: RecordingArguments<Value>) => {
    const { θ, running, state, t, reaction } = carry as Carry;
    const context = { training: true, key: foldKey(key, t), state: running };
    const { aux, gradient } = differentiate((at) => {
      const { y: z, inside } = forward(model, at, batch.x, context);
      const value = add(meanLoss(loss, z, batch), penaltyOf(objective, at as Lifted<Θ>));
      const seen = inside ?? [{ x: batch.x, y: z }];
      return { value, aux: layers.map((layer, i) => ({ figures: activity(layer, seen[i]!), outputs: seen[i]!.y })) };
    }, θ);
    const move = (rule: Optimizer): unknown => {
      const η = rateAt(rule, t, courseOf(objective, stepsPerEpoch, reaction));
      return update(rule, { θ, gradient, state: state as never[] }, { t: cast(add(t, 1), "real"), η })[0];
    };
    const [from, to] = "update" in optimizer ? [θ, move(optimizer)] : [earlier, θ];
    return layers.map((_, i) => {
      const { figures, outputs } = aux[i] as { readonly figures: Partial<Traces>; readonly outputs: Value };
      return { figures: { ...figures, ...motion(parts(from)[i], parts(gradient)[i], parts(to)[i]) }, outputs };
    });
  });
}

/** Rows of the batch that is looked at, at most. */
const mostRows = 256;

/** Records how the layers stand after an epoch. */
export type Recorder = (
  epoch: number,
  carry: EpochArguments<Tensor>["carry"],
) => Promise<readonly LayerRecord[] | null>;

/**
 * A recorder for a training. It looks at rows spread evenly over the training part, as many as a step has, and so seldom
 * that it costs less than three hundredths of the training: in epochs 1, 2, 4, 8, … and every so many.
 */
export async function recorderFor<Θ>(
  objective: Objective<Θ>,
  data: Part,
  example: Pick<EpochArguments<Tensor>, "carry" | "key">,
  { batches, engine, workshop }: Place & { readonly batches: Batches },
): Promise<Recorder> {
  const rows = data.x.shape[0]!;
  const size = Math.min(batches.size, mostRows);
  const seen = Int32Array.from({ length: size }, (_, i) => Math.floor((i * rows) / size));
  const batch = partRows(data, seen);
  const whole = isWholeBatch(objective.optimizer);
  let earlier = example.carry.θ;
  const argsAt = (carry: EpochArguments<Tensor>["carry"]): RecordingArguments<Tensor> => ({
    ...{ key: example.key, batch, carry },
    ...(whole && { carry: { ...carry, state: [] }, earlier }), // its memory grows, and says nothing here
  });
  const program = recordingProgram(objective, argsAt(example.carry), stepsOf(batches));
  const { run } = await compiledIn(program, engine, workshop);
  const interval = Math.ceil((160 * size) / rows);
  const names = layersOf(objective.model).map((layer) => layer.name);
  const parts = partsOf(objective.model);
  return async (epoch, carry) => {
    const args = argsAt(carry);
    earlier = carry.θ;
    if (epoch % interval !== 0 && !isPowerOfTwo(epoch)) return null;
    const found = await run(args);
    const spread = isPowerOfTwo(epoch) ? (i: number) => spreadOf(found[i]!.outputs, parts(carry.θ)[i]) : () => ({});
    return names.map((layer, i) => ({ layer, ...numbersOf(found[i]!.figures), ...spread(i) }));
  };
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** Histograms of what came out of a layer, and of its parameters. */
function spreadOf({ data }: Tensor, θ: unknown): Pick<LayerRecord, "outputs" | "weights"> {
  const [outputs, weights] = [[data], leaves(θ, isTensor).map((leaf) => leaf.data)].map(histogramOf);
  return { ...(outputs && { outputs }), ...(weights && { weights }) };
}

type Figures = Omit<LayerRecord, "layer" | "outputs" | "weights">;

const numbersOf = (record: object): Figures => mapLeaves(record, isTensor, (t) => t.item()) as Figures;
