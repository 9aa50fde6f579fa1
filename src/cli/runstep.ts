import { statSync } from "node:fs";
import type { Tensor } from "../core/index.ts";
import { type Diagram, networkDiagram } from "../explain/index.ts";
import { networkOf } from "../interchange/index.ts";
import { type Block, blocks } from "../report/leaflet.ts";
import { type Quantity, quantitySheet } from "../report/stepsheets.ts";
import { loadModel, type OpenLayer, type OpenParameter, type OpenStep } from "../run/index.ts";

/** Whether what was typed in the place of a formula is a folder, or at least its path. */
export const namesRun = (text: string): boolean =>
  /^(\.{0,2}\/|runs\/)/.test(text) || statSync(text, { throwIfNoEntry: false })?.isDirectory() === true;

/** The network of a run, to be drawn. */
export async function runDiagram(run: string, fold: boolean): Promise<Diagram> {
  const { file } = await loadModel(run);
  return networkDiagram(networkOf(file.network), { inputs: file.network.inputs, fold, title: `Network of ${run}` });
}

/** A layer with the activation behind it. */
interface Pair {
  readonly layer: OpenLayer;
  readonly activation: OpenLayer | null;
}

function pairs(layers: readonly OpenLayer[]): Pair[] {
  return layers.flatMap((layer, i) => {
    if (layer.kind === "activation" && layers[i - 1]?.kind === "dense") return [];
    const next = layers[i + 1];
    return [{ layer, activation: layer.kind === "dense" && next?.kind === "activation" ? next : null }];
  });
}

/** One step of a run, layer by layer. */
export function runStepPage(step: OpenStep, diagram: Diagram): Block[] {
  const rate = step.learningRate === null ? "" : `, η = ${Number(step.learningRate.toPrecision(6))}`;
  const rows = step.rows === 1 ? "row" : `${step.rows} rows`;
  const agreement = `Automatic differentiation of the whole network differs from these equations by ${step.difference.toExponential(1)} of the greatest derivative.`;
  const output = step.outputByHand
    ? `∂C/∂y of the output is that of ${step.loss}, written out.`
    : `∂C/∂y of the output comes from ${step.loss} alone, differentiated automatically; everything behind it is by hand.`;
  return blocks(
    { title: `One step of ${step.run}: ${step.loss}, ${step.optimizer}${rate}`, level: 1 },
    {
      line: `C = ${Number(step.cost.toPrecision(7))} at the parameters that were kept; a step of a fresh optimizer on the first ${rows} of the training part.`,
    },
    { diagram },
    pairs(step.layers).flatMap((pair, l): Block[] => layerBlocks(pair, l + 1, step.rows)),
    { line: `δˡ = (δˡ⁺¹·Wᵀ)·f′(zˡ), ∂C/∂W = aᵀ·δ, ∂C/∂b = Σδ over the rows, row by row and unit by unit. ${output}` },
    { line: agreement },
  );
}

function layerBlocks({ layer, activation }: Pair, l: number, rows: number): Block[] {
  const behind = activation ? ` and ${activation.name}` : "";
  const dense = layer.kind === "dense";
  const quantities: Quantity[] = [
    { head: dense ? "z" : "y", numbers: layer.y },
    ...(activation
      ? [
          { head: "a = f(z)", numbers: activation.y },
          { head: "f′(z)", numbers: activation.slope! },
        ]
      : []),
    { head: dense ? "δ = ∂C/∂z" : "∂C/∂y", numbers: layer.delta },
  ];
  const what = rows === 1 ? "unit" : "row, unit";
  const units = layer.y.shape.at(-1)!;
  const place = (k: number): string => (rows === 1 ? `${k + 1}` : `${Math.floor(k / units) + 1}, ${(k % units) + 1}`);
  const own = layer.kind === "other" ? " (its gradients by its own rule)" : "";
  return [
    { title: `Layer ${l}: ${layer.name}${behind}${own}`, level: 2 },
    { sheet: quantitySheet(what, quantities, place), name: `What flows through layer ${l}` },
    ...Object.entries(layer.parameters).map(
      ([name, parameter]): Block => ({
        sheet: parameterSheet(name, parameter),
        name: `${name} of layer ${l}`,
      }),
    ),
  ];
}

function parameterSheet(name: string, { before, gradient, after }: OpenParameter) {
  const columns = before.shape.at(-1)!;
  const place = (k: number): string =>
    before.shape.length === 2 ? `${Math.floor(k / columns) + 1} → ${(k % columns) + 1}` : `${k + 1}`;
  const quantities = [
    { head: name, numbers: before },
    { head: `∂C/∂${name}`, numbers: gradient },
    ...(after ? [{ head: `${name} after`, numbers: after }] : []),
  ];
  return quantitySheet(before.shape.length === 2 ? "from → to" : "unit", quantities, place);
}

/** Numbers that JSON holds in full; of more, the least, the mean and the greatest. */
const fullest = 256;

function summary({ shape, data }: Tensor): object {
  let [least, greatest, total] = [Infinity, -Infinity, 0];
  for (let i = 0; i < data.length; i++) {
    least = Math.min(least, data[i]!);
    greatest = Math.max(greatest, data[i]!);
    total += data[i]!;
  }
  const values = data.length <= fullest ? { values: Array.from(data) } : {};
  return { shape, least, mean: total / data.length, greatest, ...values };
}

/** What `--json` prints of one step of a run. */
export const runStepRecord = ({ layers, ...step }: OpenStep): object => ({
  ...step,
  layers: layers.map(({ name, kind, y, slope, delta, parameters }) => ({
    ...{ name, kind, y: summary(y), slope: slope && summary(slope), delta: summary(delta) },
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, { before, gradient, after }]) => [
        key,
        { before: summary(before), gradient: summary(gradient), after: after && summary(after) },
      ]),
    ),
  })),
});
