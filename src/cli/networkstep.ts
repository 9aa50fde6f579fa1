import { ModelError } from "../core/index.ts";
import { type Diagram, networkDiagram, oneStep, type Step } from "../explain/index.ts";
import { activations, mlp } from "../nn/index.ts";
import { type Block, blocks } from "../report/leaflet.ts";
import { slideSheet, unitSheet, weightSheet } from "../report/stepsheets.ts";

/** Flags of `gradus explain --network`. */
export interface NetworkFlags {
  network?: number[];
  activation?: Exclude<keyof typeof activations, "softmax">;
  learningRate?: number;
  seed?: number;
}

/** Activations that a step can be laid open for: those from one number to one. */
export const { softmax: _, ...scalarActivations } = activations;

/** `2-3-1` */
export function layerSizes(text: string): number[] {
  const sizes = text.split("-").map(Number);
  if (sizes.length >= 2 && sizes.every((n) => Number.isInteger(n) && n >= 1 && n <= 4096)) return sizes;
  throw new ModelError({
    code: "option",
    where: "--network",
    given: { given: text },
    rule: "must give the units of each layer, inputs first: whole numbers from 1 to 4096.",
    hint: "write --network 2-3-1",
  });
}

/** The step that the flags ask for. */
export const stepOf = ({ network, activation, learningRate, seed }: NetworkFlags): Step =>
  oneStep({
    sizes: network!,
    ...(activation !== undefined && { activation }),
    ...(learningRate !== undefined && { learningRate }),
    ...(seed !== undefined && { seed }),
  });

/** The network that the flags describe, to be drawn. */
export function networkSketch({ network, activation = "sigmoid" }: NetworkFlags, fold = true): Diagram {
  const [inputs, ...units] = network as [number, ...number[]];
  const model = mlp({ inputs, hidden: units.slice(0, -1), outputs: units.at(-1)!, activation, output: activation });
  return networkDiagram(model, { inputs, fold, title: `Network ${network!.join("-")}, ${activation}` });
}

/** One step of training, layer by layer. */
export function stepPage(step: Step, diagram: Diagram): Block[] {
  const slide = slideSheet(step);
  const row = (numbers: readonly number[]): string =>
    numbers.length > 8 ? `${numbers.length} numbers` : numbers.map((x) => Number(x.toPrecision(6))).join(", ");
  return blocks(
    {
      title: `One step of gradient descent on C = ½ Σ (a − t)², ${step.activation}, η = ${step.learningRate}`,
      level: 1,
    },
    { line: `x = ${row(step.x)}   t = ${row(step.target)}   C = ${step.cost.toPrecision(6)}` },
    { diagram },
    step.layers.flatMap((layer, l): Block[] => [
      { title: `Layer ${l + 1}: ${layer.weights.length} → ${layer.z.length}`, level: 2 },
      { sheet: unitSheet(layer), name: `Units of layer ${l + 1}` },
      { sheet: weightSheet(layer), name: `Weights of layer ${l + 1}` },
    ]),
    {
      line: "δ of the last layer is (a − t)·f′(z), of the others (W δ of the layer behind)·f′(z); no weight changes before all are known.",
    },
    {
      line: `Automatic differentiation differs from these equations by ${step.difference.toExponential(1)} of the greatest derivative.`,
    },
    slide && [
      { title: "The lecture's slide has two faults here", level: 2 },
      { sheet: slide, name: "The slide's faults" },
    ],
  );
}
