import { key } from "../core/random.ts";
import { isTensor } from "../core/tensor.ts";
import { leavesByName } from "../core/tree.ts";
import { tracing } from "../graph/closure.ts";
import { liftTree } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { type AnyLayer, forward, initialStateOf, predicting } from "../nn/layers.ts";
import type { Diagram, DiagramBox, DiagramNode, DiagramOptions } from "./diagram.ts";
import { repetitions } from "./repeats.ts";

/** One layer as it is drawn. */
interface Station {
  readonly lines: readonly string[];
  /** `[batch, 100]`: what comes out. */
  readonly gives: string;
}

/**
 * A network layer by layer: names, parameters, and the shapes of what flows between the layers. Blocks of layers that
 * are repeated at least three times are drawn once, in a box that says how often.
 *
 * @param network any layer; of a chain, each of its layers
 * @param options inputs (features per row), title (default: `"network"`), fold (default true)
 * @throws `shape-inner` when the network does not take so many inputs
 */
export function networkDiagram(
  network: AnyLayer,
  { inputs, title = "network", fold = true }: DiagramOptions & { readonly inputs: number },
): Diagram {
  const stations = stationsOf(network, inputs);
  const steps = stations.map(({ lines, gives }) => ({ kind: [...lines, gives].join(), back: [1] }));
  const runs = fold ? repetitions(steps) : [];
  const boxes: DiagramBox[] = runs.map(({ times }, i) => ({ id: `b${i + 1}`, label: `${times} times` }));
  const nodes: DiagramNode[] = [{ id: "n1", kind: "input", lines: ["inputs", `${inputs} a row`] }];
  const edges: Diagram["edges"][number][] = [];
  let flows = `[batch, ${inputs}]`;
  stations.forEach(({ lines, gives }, i) => {
    const b = runs.findIndex(({ start, period, times }) => i >= start && i < start + period * times);
    const run = runs[b];
    if (!run || i < run.start + run.period) {
      const id = `n${nodes.length + 1}`;
      edges.push({ from: nodes.at(-1)!.id, to: id, label: flows });
      nodes.push({ id, kind: "operation", lines, ...(run && { box: boxes[b]!.id }) });
    }
    flows = gives;
  });
  nodes.push({ id: `n${nodes.length + 1}`, kind: "output", lines: ["outputs"] });
  edges.push({ from: nodes.at(-2)!.id, to: nodes.at(-1)!.id, label: flows });
  return { title, nodes, edges, boxes };
}

function stationsOf(network: AnyLayer, inputs: number): Station[] {
  const layers = network.layers ?? [network];
  const θ = network.init(key(0));
  const shapes = tracing([{ shape: [1, inputs], dtype: "real" }], ([x]) => {
    const passage = forward(network, liftTree(θ), x!, { ...predicting, state: liftTree(initialStateOf(network)) });
    const ys = network.layers ? passage.inside!.map(({ y }) => y) : [passage.y];
    return ys.map(({ shape }: Value) => `[${["batch", ...shape.slice(1)].join(", ")}]`);
  });
  return layers.map((layer, i) => ({
    lines: [layer.name, ...parametersOf(network.layers ? (θ as readonly unknown[])[i] : θ)],
    gives: shapes[i]!,
  }));
}

/** `W [64, 100] + b [100]`, and how many numbers that is. */
function parametersOf(θ: unknown): string[] {
  const named = Object.entries(leavesByName(θ, isTensor, "θ"));
  const count = named.reduce((total, [, { data }]) => total + data.length, 0);
  if (count === 0) return [];
  return [named.map(([name, { shape }]) => `${name} [${shape.join(", ")}]`).join(" + "), `${count} parameters`];
}
