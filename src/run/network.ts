import type { NetworkSpec } from "../interchange/index.ts";
import type { Network } from "../report/input.ts";

interface Specified {
  readonly network: NetworkSpec;
}

/** The network as a table. */
export function networkTable({ network }: Specified, link: string): Network {
  const sizes = [network.inputs, ...network.hidden, network.outputs];
  const last = network.output === "identity" ? link : network.output;
  return {
    rows: sizes.slice(1).map((units, i) => ({
      layer: `dense(${sizes[i]} → ${units})`,
      output: `[batch, ${units}]`,
      activation: network.activation[i] ?? last,
      parameters: sizes[i]! * units + units,
    })),
  };
}

/** Parameters of the whole network. */
export const parameterCount = ({ network }: Specified): number =>
  networkTable({ network }, "").rows.reduce((sum, row) => sum + row.parameters, 0);
