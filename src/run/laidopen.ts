import { differentiate, pullback } from "../autodiff/index.ts";
import { reference } from "../backends/reference.ts";
import { lower } from "../compile/index.ts";
import { fold, key } from "../core/random.ts";
import { isTensor, Tensor } from "../core/tensor.ts";
import { fillLeaves, leaves, leavesByName } from "../core/tree.ts";
import { backpropagate, type LayerBack, type LayerPass, lossesByHand, outputBar } from "../explain/backpropagation.ts";
import { tracing } from "../graph/closure.ts";
import { liftTree } from "../graph/lifted.ts";
import { isValue, lift, type Value } from "../graph/value.ts";
import type { Parameters } from "../interchange/index.ts";
import { type AnyLayer, activations, type Context, forward } from "../nn/index.ts";
import { foldKey, sum } from "../ops/index.ts";
import { initialState, isWeight, isWholeBatch, rateAt, update } from "../optim/index.ts";
import { batchLoss, courseOf, meanLoss, type Part, type Stepwise } from "../training/objective.ts";
import { keyTensor } from "../training/programs.ts";
import { normalised } from "../training/weights.ts";
import { loadModel, rowsFrom } from "./model.ts";
import { preparedAgain, recordedFile } from "./recorded.ts";
import { objectiveOf } from "./training.ts";

/** A parameter in one step. */
export interface OpenParameter {
  readonly before: Tensor;
  /** By the equations of back-propagation. */
  readonly gradient: Tensor;
  /** After the update; `null` for an optimizer that looks at all rows at once. */
  readonly after: Tensor | null;
}

/** A layer in one step: matrices `[rows, units]`. */
export interface OpenLayer {
  readonly name: string;
  readonly kind: LayerPass["kind"];
  /** What it gives: z of a dense layer, a of an activation. */
  readonly y: Tensor;
  /** f′(z) of an activation. */
  readonly slope: Tensor | null;
  /** ∂C/∂y: δ of a dense layer. */
  readonly delta: Tensor;
  readonly parameters: Readonly<Record<string, OpenParameter>>;
}

/** One step of training of a run, laid open. */
export interface OpenStep {
  readonly run: string;
  readonly rows: number;
  readonly loss: string;
  /** The mean loss of the batch, with penalties. */
  readonly cost: number;
  readonly optimizer: string;
  readonly learningRate: number | null;
  readonly layers: readonly OpenLayer[];
  /** Whether ∂C/∂y of the output is by hand, too; otherwise the loss alone was differentiated automatically. */
  readonly outputByHand: boolean;
  /** Greatest difference between the equations and automatic differentiation, relative to the greatest derivative. */
  readonly difference: number;
}

/** A network and a batch, ready for one step. */
interface Setting {
  readonly objective: Stepwise<Parameters>;
  readonly layers: readonly AnyLayer[];
  readonly parameters: Parameters;
  readonly state: unknown;
  readonly part: Part;
  readonly stepsPerEpoch: number;
}

/**
 * One step of training of a finished run, laid open: the first rows of its training part as one batch, at the parameters that were
 * kept, with a fresh optimizer. Everything is computed in float64.
 *
 * @param run  the run's folder
 * @param rows how many rows; default the run's batch size
 * @throws `file-missing`, `data-changed`, `model-file`, and what reading the data throws
 */
export async function openStep(run: string, { rows }: { readonly rows?: number } = {}): Promise<OpenStep> {
  const { parameters, state } = await loadModel(run);
  const prepared = await preparedAgain(run, await recordedFile(run), "restore the data: a step of training needs them");
  const { x, y, weights } = normalised(rowsFrom(prepared.training, prepared.classWeights));
  const all = x.shape[0]!;
  const count = Math.min(rows ?? prepared.batchSize, all);
  const part = { x: first(x, count), y: first(y, count), ...(weights && { weights: first(weights, count) }) };
  const objective = objectiveOf(prepared) as Stepwise<Parameters>;
  const layers = objective.model.layers ?? [objective.model];
  const stepsPerEpoch = Math.ceil(all / Math.min(prepared.batchSize, all));
  const setting = { objective, layers, parameters, state, part, stepsPerEpoch };
  const byHand = prepared.lossOptions === undefined && lossesByHand.find((name) => name === prepared.loss);
  return {
    run,
    rows: count,
    loss: prepared.loss,
    optimizer: prepared.optimizer.name,
    ...laidOpen(setting, byHand || null),
  };
}

function first({ shape, data, dtype }: Tensor, rows: number): Tensor {
  const each = data.length / shape[0]!;
  const some = data.slice(0, rows * each);
  return new Tensor([rows, ...shape.slice(1)], dtype === "real" ? Float64Array.from(some) : some, dtype);
}

const run = (inputs: readonly Value[], outputs: readonly Value[], at: readonly Tensor[]): Tensor[] =>
  reference.compile(lower({ inputs, outputs }), { precision: "f64" }).run(at);

type Opened = Pick<OpenStep, "cost" | "learningRate" | "layers" | "outputByHand" | "difference">;

function laidOpen(setting: Setting, byHand: (typeof lossesByHand)[number] | null): Opened {
  const { layers, part } = setting;
  const found = automatically(setting);
  const output = found.layers.at(-1)!.y;
  const passes = layers.map((layer, i): LayerPass => passOf(setting, layer, i, found.layers[i]!));
  const yBar = byHand
    ? outputBar(byHand, { y: output, target: part.y, ...(part.weights && { weights: part.weights }) })
    : found.yBar;
  const back = backpropagate(passes, yBar);
  const opened = layers.map((layer, i) => opening(setting, layer, i, { found, pass: passes[i]!, back: back[i]! }));
  const hand = opened.flatMap((layer) => Object.values(layer.parameters).map(({ gradient }) => gradient));
  const greatest = Math.max(...hand.map((t) => largest(t.data.length, (i) => t.data[i]!)), Number.MIN_VALUE);
  const apart = hand.map((t, k) => largest(t.data.length, (i) => t.data[i]! - found.gradient[k]!.data[i]!));
  return {
    cost: found.cost,
    learningRate: found.learningRate,
    layers: opened,
    outputByHand: byHand !== null,
    difference: Math.max(0, ...apart) / greatest,
  };
}

function largest(count: number, at: (i: number) => number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(at(i)));
  return most;
}

/** What automatic differentiation of the whole network gives, and all that flows through it. */
interface Automatic {
  readonly cost: number;
  readonly learningRate: number | null;
  readonly yBar: Tensor;
  readonly gradient: readonly Tensor[];
  readonly moved: readonly Tensor[] | null;
  readonly layers: readonly { readonly x: Tensor; readonly y: Tensor; readonly slope: Tensor | null }[];
}

const chance = fold(key(0), 0);
const contextOf = ({ state }: Setting): Context => ({
  training: true,
  key: lift(keyTensor(chance)),
  state: liftTree(state),
});

function automatically(setting: Setting): Automatic {
  const { objective, parameters, part, layers } = setting;
  const data = [...leaves(parameters, isTensor), part.x, part.y, ...(part.weights ? [part.weights] : [])];
  return tracing(data, (inputs) => {
    const count = inputs.length - (part.weights ? 3 : 2);
    const [x, y, weights] = inputs.slice(count) as [Value, Value, Value?];
    const θ = fillLeaves(parameters, isTensor, inputs.slice(0, count)) as never;
    const batch = { x, y, ...(weights && { weights }) };
    const { value, gradient } = differentiate((at) => batchLoss(objective, at, batch, contextOf(setting)), θ);
    const { inside, y: output } = forward(objective.model, θ, x, contextOf(setting));
    const through = inside ?? [{ x, y: output }];
    const slopes = layers.map((layer, i) => slopeOf(layer, through[i]!.x));
    const bar = differentiate(
      (z: Value) => ({ value: meanLoss(objective.loss, z, batch), aux: null }),
      output,
    ).gradient;
    const step = updated(setting, θ, gradient);
    const flows = through.flatMap(({ x, y }, i) => [x, y, ...(slopes[i] ? [slopes[i]] : [])]);
    const outputs = [
      value,
      bar,
      ...(step ? [step.η] : []),
      ...leaves(gradient, isValue),
      ...(step?.moved ?? []),
      ...flows,
    ];
    const numbers = run(inputs, outputs, data)[Symbol.iterator]();
    const next = (): Tensor => numbers.next().value as Tensor;
    const several = (n: number): Tensor[] => Array.from({ length: n }, next);
    return {
      ...{ cost: next().item(), yBar: next(), learningRate: step ? next().item() : null },
      ...{ gradient: several(count), moved: step ? several(count) : null },
      layers: slopes.map((slope) => ({ x: next(), y: next(), slope: slope ? next() : null })),
    };
  });
}

/** f′(x) of an activation that works number by number. */
function slopeOf({ activation }: AnyLayer, x: Value): Value | null {
  if (!activation || activation === activations.softmax) return null;
  return differentiate((at: Value) => ({ value: sum(activation(at)), aux: null }), x).gradient;
}

/** The first update of a fresh optimizer. */
function updated({ objective, parameters, stepsPerEpoch }: Setting, θ: unknown, gradient: unknown) {
  const { optimizer } = objective;
  if (isWholeBatch(optimizer)) return null;
  const t = lift(new Tensor([], Int32Array.of(0), "integer"));
  const η = rateAt(optimizer, t, courseOf(objective, stepsPerEpoch, null));
  const state = liftTree(initialState(optimizer, parameters)) as never[];
  const [moved] = update(optimizer, { θ, gradient, state }, { t: lift(1), η });
  return { η, moved: leaves(moved, isValue) };
}

function passOf(setting: Setting, layer: AnyLayer, i: number, { x, slope }: Automatic["layers"][number]): LayerPass {
  const θ = setting.parameters[i] ?? {};
  if (θ["W"] && layer.name.startsWith("dense")) return { kind: "dense", x, W: θ["W"], bias: "b" in θ };
  if (slope) return { kind: "activation", slope };
  return { kind: "other", pull: (yBar) => pulled(setting, i, x, yBar) };
}

/** x̄ and θ̄ of one layer by its own rule. */
function pulled(
  setting: Setting,
  i: number,
  x: Tensor,
  yBar: Tensor,
): ReturnType<Extract<LayerPass, { kind: "other" }>["pull"]> {
  const θ = setting.parameters[i] ?? {};
  const data = [x, ...leaves(θ, isTensor), yBar];
  return tracing(data, (inputs) => {
    const [at, bar, own] = [inputs[0]!, inputs.at(-1)!, inputs.slice(1, -1)];
    const { key, state, ...context } = contextOf(setting);
    const inner = { ...context, key: foldKey(key!, i), state: Array.isArray(state) ? (state[i] as unknown) : state };
    const { y } = forward(setting.layers[i]!, fillLeaves(θ, isTensor, own), at, inner);
    const [xBar, ...gradients] = run(inputs, pullback([y], [at, ...own], [bar]), data);
    return { xBar: xBar!, gradients };
  });
}

interface Around {
  readonly found: Automatic;
  readonly pass: LayerPass;
  readonly back: LayerBack;
}

function opening(
  { parameters, objective }: Setting,
  layer: AnyLayer,
  i: number,
  { found, pass, back }: Around,
): OpenLayer {
  const before = leaves(parameters.slice(0, i), isTensor).length;
  const named = Object.entries(leavesByName(parameters[i] ?? {}, isTensor, layer.name));
  const { l1, l2 } = objective;
  const penalised = (θ: Tensor, g: Tensor): Tensor =>
    isWeight(θ)
      ? new Tensor(
          g.shape,
          Float64Array.from(g.data, (d, k) => d + l1 * Math.sign(θ.data[k]!) + l2 * θ.data[k]!),
        )
      : g;
  return {
    name: layer.name,
    kind: pass.kind,
    y: found.layers[i]!.y,
    slope: found.layers[i]!.slope,
    delta: back.yBar,
    parameters: Object.fromEntries(
      named.map(([name, θ], k) => [
        name,
        { before: θ, gradient: penalised(θ, back.gradients[k]!), after: found.moved?.[before + k] ?? null },
      ]),
    ),
  };
}
