import type { ActivationName } from "../nn/index.ts";
import type { Prepared } from "./prepare.ts";

/** What an activation of the output can give, where that is not every number. */
const reaches: Readonly<Partial<Record<ActivationName, readonly [least: number, most: number]>>> = {
  sigmoid: [0, 1],
  hardSigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Infinity],
  softplus: [0, Infinity],
};

/** Says when numbers are to be learnt that the output cannot give: scaled ones lie on both sides of 0, say. */
export function reachNotes({
  task,
  network: { output },
  target: { shift, scale },
  training,
}: Pick<Prepared, "task" | "network" | "target" | "training">): string[] {
  const reach = reaches[output];
  if (task !== "regression" || !reach) return [];
  const [least, most] = reach;
  const { data } = training.y;
  let beyond = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! < least || data[i]! > most) beyond++;
  if (beyond === 0) return [];
  const share = `${Math.max(1, Math.round((100 * beyond) / data.length))} %`;
  const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
  const scaled = shift !== 0 || scale !== 1;
  return [
    `output ${output} gives numbers ${range}, and ${share} of the targets${scaled ? ", as they are scaled," : ""} lie outside: ${
      scaled ? "--target-scale none learns them as they are" : "--output identity reaches them all"
    }`,
  ];
}
