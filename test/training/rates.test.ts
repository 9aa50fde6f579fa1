import { describe, expect, it, vi } from "vitest";
import { backends } from "../../src/backends/index.ts";
import { activation, chain, dense, dropout } from "../../src/nn/index.ts";
import {
  adam,
  chainRules,
  clipByGlobalNorm,
  cosine,
  maxNorm,
  reduceOnPlateau,
  type ScheduleName,
  schedules,
  sgd,
  warmup,
  weightDecay,
} from "../../src/optim/index.ts";
import { fit } from "../../src/training/index.ts";
import { problemOf } from "../data/problem.ts";
import { expectClose, roundoff32 } from "../numbers/close.ts";
import { line, short, x, y } from "./examples.ts";

const names = Object.keys(schedules) as ScheduleName[];
const named = (name: ScheduleName): ((rate: number, options?: object) => never) => schedules[name] as never;

describe("schedules in training", () => {
  it("know the length of the training: a cosine falls to its end with the last update", async () => {
    const options = { epochs: 4, batchSize: 2, learningRate: cosine(0.1) };
    const { history } = await fit(line, { x, y }, options); // 5 rows: 3 updates an epoch, 12 in all
    const expected = [2, 5, 8, 11].map((t) => 0.05 * (1 + Math.cos((Math.PI * t) / 12)));
    // Half the difference of 1 and a cosine, in float32: an absolute error of a few roundings of 0.1.
    const rates = history.map((row) => row.learningRate);
    expectClose(rates, expected, { relative: 0, absolute: 0.4 * roundoff32 });
  });

  it.each(names)("%s is the same on both engines", async (name) => {
    const of = async (backend: "wasm" | "reference"): Promise<number[]> => {
      const options = { ...short, backend, epochs: 3, batchSize: 2, learningRate: named(name)(0.01) };
      return (await fit(line, { x, y }, options)).history.map((row) => row.learningRate);
    };
    expectClose(await of("wasm"), await of("reference"), { relative: 1e-14 });
  });

  it("that react to the loss lower the rate of the next epoch, and compile nothing anew", async () => {
    const compile = vi.spyOn(backends.reference, "compile");
    const still = { ...short, epochs: 6, optimizer: sgd({ learningRate: 1e-12 }) }; // no progress to speak of
    await fit(line, { x, y }, still);
    const plainly = compile.mock.calls.length;
    const learningRate = reduceOnPlateau(1e-12, { patience: 1, factor: 0.5 });
    const { history } = await fit(line, { x, y }, { ...still, learningRate });
    expect(compile.mock.calls.length).toBe(2 * plainly);
    compile.mockRestore();
    expectClose(
      history.map((row) => row.learningRate / 1e-12),
      [1, 1, 1, 0.5, 0.5, 0.25],
      { relative: 1e-15 },
    );
  });

  it("that react to the loss look at the validation part where there is one", async () => {
    const rising = { x: [[0], [1]], y: [50, -60] }; // the better the training part is learnt, the worse this one
    const learningRate = reduceOnPlateau(0.02, { patience: 0, factor: 0.5 });
    const options = { ...short, epochs: 4, optimizer: sgd(), learningRate };
    const alone = await fit(line, { x, y }, options);
    const beside = await fit(line, { x, y }, { ...options, validation: rising });
    expect(alone.history.at(-1)!.learningRate).toBe(0.02);
    expect(beside.history.at(-1)!.learningRate).toBeLessThan(0.02);
  });

  it("that rise before they react do both", async () => {
    const learningRate = warmup(reduceOnPlateau(1e-12, { patience: 0, factor: 0.5 }), { epochs: 2 });
    const { history } = await fit(
      line,
      { x, y },
      { ...short, epochs: 4, batchSize: 5, optimizer: sgd(), learningRate },
    );
    expectClose(
      history.map((row) => row.learningRate / 1e-12),
      [0.5, 1, 0.5, 0.25],
      { relative: 1e-15 },
    );
  });
});

describe("frozen layers", () => {
  const model = chain(dense({ inputs: 1, outputs: 3 }), activation("tanh"), dense({ inputs: 3, outputs: 1 }));

  it("stay as they are while the others learn", async () => {
    const start = (await fit(model, { x, y }, { epochs: 0, precision: "f64" })).parameters;
    const options = { epochs: 20, learningRate: 0.1, precision: "f64" } as const;
    const { parameters, history } = await fit(model, { x, y }, { ...options, parameters: start, frozen: ["0", "2.b"] });
    expect(parameters[0]).toEqual(start[0]);
    expect(parameters[2].b).toEqual(start[2].b);
    expect(parameters[2].W).not.toEqual(start[2].W);
    expect(history.at(-1)!.loss.train).toBeLessThan(history[0]!.loss.train);
  });

  it("are refused before training when there is none of that name", async () => {
    const problem = await problemOf(() => fit(model, { x, y }, { frozen: ["7"] }));
    expect(problem).toMatchObject({ code: "option", given: { name: "7" } });
  });

  it("rates of their own make a layer learn faster", async () => {
    const options = { ...short, epochs: 1, batchSize: 5, optimizer: sgd({ learningRate: 1e-3 }) };
    const start = (await fit(model, { x, y }, { ...options, epochs: 0 })).parameters;
    const moved = async (rates: Record<string, number>): Promise<number[]> => {
      const { parameters } = await fit(model, { x, y }, { ...options, layerRates: rates });
      return [...parameters[2].b.data, ...parameters[0].b.data].map((b, i) => b - (i === 0 ? start[2].b.data[0]! : 0));
    };
    const [plain, fast] = [await moved({}), await moved({ "2": 10 })];
    expectClose(fast[0], 10 * plain[0]!, { relative: 1e-12 });
    expect(fast.slice(1)).toEqual(plain.slice(1));
  });
});

it("clipping, decay, max-norm, dropout and a schedule are part of the one program of an epoch", async () => {
  const compile = vi.spyOn(backends.reference, "compile");
  const model = chain(dense({ inputs: 1, outputs: 8 }), dropout({ rate: 0.2 }), dense({ inputs: 8, outputs: 1 }));
  const learningRate = warmup(cosine(0.05), { epochs: 1 });
  const optimizer = chainRules(clipByGlobalNorm(1), adam({ learningRate }), weightDecay(0.01), maxNorm(3));
  const options = { ...short, epochs: 30, batchSize: 2 };
  await fit(model, { x, y }, options);
  const plainly = compile.mock.calls.length;
  const { history } = await fit(model, { x, y }, { ...options, optimizer });
  expect(compile.mock.calls.length).toBe(2 * plainly);
  expect(history.at(-1)!.loss.train).toBeLessThan(history[0]!.loss.train);

  const loops = compile.mock.calls.slice(plainly).flatMap(([program]) => program.lines.filter((line) => line.body));
  const [step] = loops.map(({ body }) => body!.lines.map(({ op }) => op.name)).filter((ops) => ops.includes("cos"));
  // cos: the schedule; foldKey: dropout; minimum twice and more: clipping and the max-norm.
  expect(step).toEqual(expect.arrayContaining(["cos", "foldKey", "minimum", "matmul"]));
  compile.mockRestore();
});
