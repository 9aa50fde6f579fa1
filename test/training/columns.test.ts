import fc from "fast-check";
import { expect, it } from "vitest";
import { Tensor } from "../../src/core/tensor.ts";
import { columnsOf, rowsFrom } from "../../src/training/columns.ts";
import type { EpochRow } from "../../src/training/index.ts";

const figure = fc.double();
const pair = fc.record({ train: figure, validation: fc.option(figure) });
const row = fc.record(
  {
    epoch: fc.nat(),
    best: fc.constant(true as const),
    loss: pair,
    metrics: fc.dictionary(
      fc.string().filter((name) => !/\n|^#|^__proto__$/.test(name)),
      pair,
      { maxKeys: 3 },
    ),
    layers: fc.array(fc.record({ layer: fc.string(), on: fc.boolean(), dead: figure, shares: fc.array(figure, { minLength: 1, maxLength: 3 }) }), { minLength: 1, maxLength: 2 }), // biome-ignore format: one line
  },
  { requiredKeys: ["epoch", "loss", "metrics"] },
);

it("a history of whatever rows comes back from its columns as it was, and what stands beside it, too", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
      const history = rows as unknown as EpochRow[];
      const beside = new Tensor([2], Float64Array.of(1, 2));
      const { tensors, words } = columnsOf(history);
      const back = rowsFrom({ tensors: { t: beside, ...tensors }, words });
      expect(back.rest).toEqual({ t: beside });
      expect(back.history).toEqual(history);
    }),
  );
});
