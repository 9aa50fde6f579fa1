import { encodeTensors } from "../core/safetensors.ts";
import type { Tensor } from "../core/tensor.ts";
import { leavesByName } from "../core/tree.ts";
import { isData, type PlainData, tensorOf } from "../graph/lifted.ts";
import type { Learnt, Objective } from "./objective.ts";

/** Parameters by name, `0.W`, `0.b`, `2.W`, … , and what the layers keep besides: `state.1.mean`, … */
export function namedTensors({ θ, running }: Learnt): Record<string, Tensor> {
  const named = { ...leavesByName(θ, isData, "parameters"), ...leavesByName({ state: running }, isData, "state") };
  return Object.fromEntries(Object.entries(named).map(([name, leaf]) => [name, tensorOf(leaf as PlainData)]));
}

/** What `save` hands out: the numbers, and what they belong to. */
export function savedFiles<Θ>(
  { model, loss, threshold }: Objective<Θ>,
  learnt: Learnt<Θ>,
): [name: string, bytes: Uint8Array][] {
  const description = {
    format: "gradus-parameters",
    version: 1,
    layers: (model.layers ?? [model]).map((layer) => layer.name),
    loss: loss.label,
    link: loss.link,
    ...(threshold !== undefined && { threshold }),
  };
  return [
    ["model.safetensors", encodeTensors(namedTensors(learnt))],
    ["model.json", new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`)],
  ];
}
