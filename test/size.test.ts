import { describe, expect, it } from "vitest";
import { bundled, classifier, compressed, transferred, visited } from "./bundling.ts";

/**
 * A page, what it comes to, and the bytes that it may transfer: before it runs, until it is done, and with everything in one
 * file.
 */
interface Page {
  readonly code: string;
  readonly result: unknown;
  readonly start: number;
  readonly several: number;
  readonly one: number;
}

/** The classifier's page with more options. */
const withOption = (more: string): string => classifier.replace("epochs: 20", `epochs: 20${more}`);

const pages: Readonly<Record<string, Page>> = {
  "a classifier trained by fit, everything by name": {
    code: classifier,
    result: 1,
    start: 36_000,
    several: 62_500,
    one: 94_500,
  },
  "the same with the engine that interprets": {
    code: withOption(', backend: "reference"'),
    result: 1,
    start: 36_000,
    several: 37_600,
    one: 94_500,
  },
  "XOR learnt by fit": {
    code: `
      import { fit, mlp } from "gradus";
      globalThis.page = async () => {
        const model = mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "tanh" });
        const data = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] };
        const result = await fit(model, data, { loss: "logisticLoss", learningRate: 0.1, epochs: 500 });
        return result.evaluate().metrics.accuracy;
      };`,
    result: 1,
    start: 36_000,
    several: 62_500,
    one: 94_500,
  },
  "a line learnt by train, loss and optimizer given as functions": {
    code: `
      import { meanSquaredError, mlp, sgd, train } from "gradus";
      globalThis.page = async () => {
        const model = mlp({ inputs: 1, hidden: [], outputs: 1 });
        const rows = { x: [0, 1, 2, 3], y: [1, 3, 5, 7] };
        let last = Infinity;
        const options = { loss: meanSquaredError, optimizer: sgd({ learningRate: 0.1 }), epochs: 200 };
        for await (const { loss } of train(model, { ...rows, ...options })) last = loss.train;
        return last < 1e-3;
      };`,
    result: true,
    start: 34_600,
    several: 61_100,
    one: 91_200,
  },
  "the slope of a formula": {
    code: `
      import { grad, sin } from "gradus";
      globalThis.page = () => grad((x) => sin(x).mul(x))(0).toFixed(3);`,
    result: "0.000",
    start: 51_200,
    several: 51_200,
    one: 56_400,
  },
};

// About what they weigh today, so that growth is noticed.
describe.each(Object.entries(pages))("%s", (_, { code, result, start, several, one }) => {
  it("works, and transfers no more than it may, before it runs and in all", async () => {
    const bundle = await bundled(code);
    const seen = visited(bundle);
    expect(seen.result).toEqual(result);
    expect(compressed(bundle, bundle.initial)).toBeLessThanOrEqual(start);
    expect(compressed(bundle, seen.loaded)).toBeLessThanOrEqual(several);
  });

  it("works in one file, and that is no larger than it may be", async () => {
    const [bytes, came] = await transferred(code, "one");
    expect(came).toEqual(result);
    expect(bytes).toBeLessThanOrEqual(one);
  });
});

it("loads for a classifier nothing that only other programs need", async () => {
  const bundle = await bundled(classifier);
  const of = (part: string) => (name: string) => name.startsWith(`${part}-`);
  const { loaded } = visited(bundle);
  for (const part of ["seldom", "kept", "rare", "division", "several", "reference", "stopping", "findings"]) {
    expect(Object.keys(bundle.files).filter(of(part))).toHaveLength(1);
    expect(loaded.filter(of(part))).toEqual([]);
  }
});

it.each([
  ["optimizer", '"adam"', '"radam"'],
  ["loss", '"crossEntropy"', '"klDivergence"'],
])("loads an uncommon %s when it is named", async (_, common, uncommon) => {
  const bundle = await bundled(classifier.replace(common, uncommon));
  const { loaded, result } = visited(bundle);
  expect(result).toBe(1);
  expect(loaded.some((name) => name.startsWith("seldom-"))).toBe(true);
});

it("counts what a page loads later as well as what it starts with", async () => {
  const [trains, stops] = await Promise.all(["", ", earlyStopping: 20"].map((more) => bundled(withOption(more))));
  const [loaded, more] = [visited(trains!).loaded, visited(stops!).loaded];
  expect(more).toEqual(expect.arrayContaining(stops!.initial as string[]));
  expect(more).toHaveLength(loaded.length + 1);
  expect(compressed(stops!, more)).toBeGreaterThan(compressed(stops!, stops!.initial));
});
