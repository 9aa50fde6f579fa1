import { type NetworkSpec, widthBehind } from "../interchange/index.ts";
import type { LayerRow, Network } from "../report/input.ts";

interface Specified {
  readonly network: NetworkSpec;
}

/** The network as a table. An activation stands in the row of what it comes behind. */
export function networkTable({ network }: Specified, link: string): Network {
  const last = network.output === "identity" ? link : network.output;
  const { hidden, outputs } = network;
  const inputs = widthBehind(network);
  return {
    rows: [
      ...embeddings(network),
      ...entrance({ ...network, inputs }),
      ...hidden.flatMap((_, i) => block({ ...network, inputs }, i)),
      denseRow(hidden.at(-1) ?? inputs, outputs, { activation: last }),
    ],
  };
}

const embeddings = (network: NetworkSpec): LayerRow[] =>
  network.embed
    ? [
        {
          ...noiseRow(`embedding(${network.inputs} → ${widthBehind(network)})`, widthBehind(network)),
          parameters: network.embed.reduce((sum, { levels, size }) => sum + (levels + 1) * size, 0),
        },
      ]
    : [];

function denseRow(inputs: number, units: number, { activation = "", bias = true }): LayerRow {
  const parameters = inputs * units + (bias ? units : 0);
  return { layer: `dense(${inputs} → ${units})`, output: `[batch, ${units}]`, activation, parameters };
}

const noiseRow = (layer: string, units: number): LayerRow => ({
  layer,
  output: `[batch, ${units}]`,
  activation: "",
  parameters: 0,
});

const entrance = ({ inputs, inputNoise, inputDropout }: NetworkSpec): LayerRow[] => [
  ...(inputNoise ? [noiseRow(`gaussianNoise(${inputNoise})`, inputs)] : []),
  ...(inputDropout ? [noiseRow(`dropout(${inputDropout})`, inputs)] : []),
];

/** A hidden layer with all that belongs to it. */
function block({ inputs, hidden, activation, dropout, ...norms }: NetworkSpec, i: number): LayerRow[] {
  const units = hidden[i]!;
  const normRows = (place: string): LayerRow[] =>
    (["batchNorm", "layerNorm"] as const).flatMap((norm) =>
      norms[norm] === place ? [{ ...noiseRow(`${norm}(${units})`, units), parameters: 2 * units }] : [],
    );
  const before = [
    denseRow(hidden[i - 1] ?? inputs, units, { bias: norms.batchNorm !== "before" }),
    ...normRows("before"),
  ];
  const rate = dropout?.[i] ?? 0;
  return [
    ...before.map((row, k) => (k === before.length - 1 ? { ...row, activation: activation[i]! } : row)),
    ...normRows("after"),
    ...(rate > 0 ? [noiseRow(`dropout(${rate})`, units)] : []),
  ];
}

/** Parameters of the whole network. */
export const parameterCount = ({ network }: Specified): number =>
  networkTable({ network }, "").rows.reduce((sum, row) => sum + row.parameters, 0);
