import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/core/index.ts";
import {
  type Encoding,
  type EncodingOptions,
  encode,
  encodeInputs,
  fitEncoding,
  fourierFeatures,
  polynomialFeatures,
  standardize,
  tableFrom,
} from "../../src/data/index.ts";
import { fitAffine, quantiles } from "../../src/data/scale.ts";
import { problemOf } from "./problem.ts";

const flats = tableFrom(
  {
    zip: [10115, 20095, 10115, 80331, 20095, 10115],
    lift: ["True", "False", "False", "True", "True", "False"],
    size: [30, 50, null, 80, 120, 60],
    view: ["sea", "", "park", "sea", "park", "sea"],
    rent: [500, 700, 650, 900, 1500, 800],
  },
  { name: "flats" },
);
const fit = (options: Partial<EncodingOptions> = {}): Encoding =>
  fitEncoding(flats, { target: "rent", scale: "none", missing: "mean", ...options });
const rows = (encoding: Encoding, table = flats): unknown => encodeInputs(encoding, table).x.toArray();

describe("columns become features", () => {
  it("truth as one number, other words as one feature each", () => {
    const encoding = fit();
    expect(encoding.features).toEqual(["zip", "lift=True", "size", "view=park", "view=sea"]);
    expect(rows(encoding)).toEqual([
      [10115, 1, 30, 0, 1],
      [20095, 0, 50, 0, 1],
      [10115, 0, 68, 1, 0],
      [80331, 1, 80, 0, 1],
      [20095, 1, 120, 1, 0],
      [10115, 0, 60, 0, 1],
    ]);
  });

  it("numbers that name kinds as words, in the order of the numbers", () => {
    const { features } = fit({ categorical: ["zip"] });
    expect(features.slice(0, 3)).toEqual(["zip=10115", "zip=20095", "zip=80331"]);
    const unseen = tableFrom({ zip: [1, 20095], lift: ["True", "False"], size: [1, 2], view: ["sea", "sea"] });
    const { x, notes } = encodeInputs(fit({ categorical: ["zip"] }), unseen);
    expect([...x.data.slice(0, 3), ...x.data.slice(7, 10)]).toEqual([0, 0, 0, 0, 1, 0]);
    expect(notes).toEqual([
      'column zip: 1 row has a word that training did not have ("1"), taken as none of its levels',
    ]);
  });

  it("words that are to be embedded as the number of their level, 0 for others", () => {
    const encoding = fit({ embed: ["view", "zip"] });
    expect(encoding.features).toEqual(["zip", "lift=True", "size", "view"]);
    const table = tableFrom({ zip: [80331, 3], lift: ["True", "x"], size: [1, 1], view: ["hill", "sea"] });
    expect(rows(encoding, table)).toEqual([
      [3, 1, 1, 0],
      [0, 0, 1, 2],
    ]);
  });

  it("with missing values filled in by mean or median, or with a feature that says so", () => {
    const sizes = (encoding: Encoding): unknown[] => (rows(encoding) as number[][]).map((row) => row[2]);
    expect(sizes(fit({ missing: "median" }))).toEqual([30, 50, 60, 80, 120, 60]);
    const encoding = fit({ missing: "indicator" });
    expect(encoding.features).toEqual([
      ...["zip", "lift=True", "size", "size missing", "view=park", "view=sea", "view missing"],
    ]);
    expect((rows(encoding) as number[][])[1]).toEqual([20095, 0, 50, 0, 0, 0, 1]);
    expect((rows(encoding) as number[][])[2]).toEqual([10115, 0, 68, 1, 1, 0, 0]);
  });

  it("with what was learnt in training alone, whatever is missing later", () => {
    const gone = tableFrom({ zip: [1], lift: [""], size: [null], view: [""], rent: [1] }, { name: "gone" });
    expect(rows(fit(), gone)).toEqual([[1, 0, 68, 0, 1]]);
    expect(rows(fit({ missing: "indicator" }), gone)).toEqual([[1, 0, 68, 1, 0, 0, 1]]);
    expect(encode(fit(), gone).y.data).toEqual(Float64Array.of(1));
  });

  it("scaled each in its own way", () => {
    const encoding = fit({ scales: { size: "minmax" }, scale: "standard" });
    const [zip, , size] = encoding.inputs;
    expect(size).toMatchObject({ shift: 30, scale: 90 });
    expect(zip).toMatchObject(fitAffine("standard", [10115, 20095, 10115, 80331, 20095, 10115]));
  });

  it("comes back from JSON with the same numbers, whatever the options are", () => {
    const options = fc.record({
      missing: fc.constantFrom("mean" as const, "median" as const, "indicator" as const, "drop" as const),
      scale: fc.constantFrom("standard" as const, "minmax" as const, "robust" as const, "none" as const),
      categorical: fc.constantFrom([], ["zip"]),
      more: fc.constantFrom(
        {},
        { embed: ["view"] },
        { expand: { kind: "polynomial" as const, degree: 2 } },
        { expand: { kind: "fourier" as const, count: 7, seed: 3 } },
      ),
    });
    fc.assert(
      fc.property(options, ({ more, ...options }) => {
        const encoding = fit({ ...options, ...more });
        const { x } = encodeInputs(encoding, flats);
        expect(encodeInputs(JSON.parse(JSON.stringify(encoding)) as Encoding, flats).x).toEqual(x);
        expect(x.shape[1]).toBe(encoding.features.length);
        expect(encodeInputs(encoding, flats, { precision: "f32" }).x.data).toEqual(Float32Array.from(x.data));
      }),
      { numRuns: 40 },
    );
  });
});

describe("robust scaling", () => {
  it("takes median and quartiles as NumPy's percentile does", () => {
    // numpy 1.24: np.percentile([7, 1, 3, 100, 2, 5], [25, 50, 75]) = [2.25, 4, 6.5]
    expect(quantiles([7, 1, Number.NaN, 3, 100, 2, 5], [0.25, 0.5, 0.75, 0, 1])).toEqual([2.25, 4, 6.5, 1, 100]);
    expect(fitAffine("robust", [7, 1, 3, 100, 2, 5])).toEqual({ shift: 4, scale: 4.25 });
  });

  it("falls back on the deviation where more than half of the values are equal, and on 1 where all are", () => {
    expect(fitAffine("robust", [0, 0, 0, 0, 5])).toEqual({ shift: 0, scale: 2 });
    expect(fitAffine("robust", [3, 3, 3])).toEqual({ shift: 3, scale: 1 });
  });

  it("does not follow outliers: moving the largest value moves nothing", () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.double({ min: 101, max: 1e9, noNaN: true }), (values, far) => {
        fc.pre(new Set(values).size === values.length);
        const fitted = fitAffine("robust", [...values, 101]);
        expect(fitAffine("robust", [...values, far])).toEqual(fitted);
      }),
    );
  });
});

describe("features made of features", () => {
  const x = tensor(Array.from({ length: 40 }, (_, i) => [Math.sin(7 * i), Math.cos(5 * i) * 3, i % 4]));
  const table = tableFrom({
    a: x.data.filter((_, i) => i % 3 === 0) as Float64Array,
    b: x.data.filter((_, i) => i % 3 === 1) as Float64Array,
    c: x.data.filter((_, i) => i % 3 === 2) as Float64Array,
    y: Float64Array.from({ length: 40 }, (_, i) => i * i),
  });

  it("are the monomials of the scaled columns, scaled once more", () => {
    const encoding = fitEncoding(table, { target: "y", expand: { kind: "polynomial", degree: 2 } });
    const names = ["a", "b", "c"];
    const grown = polynomialFeatures(standardize(x).apply(x), { degree: 2, bias: false, names });
    expect(encoding.features).toEqual(grown.names);
    expect(encodeInputs(encoding, table).x).toEqual(standardize(grown.x).apply(grown.x));
  });

  it("are waves whose products average to the Gaussian kernel", () => {
    // A mean of m products, each of variance at most 3/2 around the kernel: deviation √(1.5 / m); six of them at m = 20000.
    const points = tensor([
      [0, 0, 0],
      [0.3, -0.5, 1],
      [2, 2, 2],
    ]);
    const count = 20_000;
    const { x: z, names } = fourierFeatures(points, { count, lengthScale: 1.5, seed: 4 });
    expect(names).toHaveLength(count);
    const product = (i: number, j: number): number => {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += z.data[i * count + k]! * z.data[j * count + k]!;
      return sum / count;
    };
    const distance = (i: number, j: number): number =>
      [0, 1, 2].reduce((sum, k) => sum + (points.data[3 * i + k]! - points.data[3 * j + k]!) ** 2, 0);
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 2],
    ] as const)
      expect(Math.abs(product(i, j) - Math.exp(-distance(i, j) / (2 * 1.5 ** 2)))).toBeLessThan(
        6 * Math.sqrt(1.5 / count),
      );
  });

  it("are waves of the same bits for the same seed, and of others for another", () => {
    const options = { count: 5, lengthScale: 1e-3, seed: 1 };
    expect(fourierFeatures(x, options)).toEqual(fourierFeatures(x, options));
    expect(fourierFeatures(x, { ...options, seed: 2 })).not.toEqual(fourierFeatures(x, options));
  });

  it("are cosines: z(a + h) + z(a − h) = 2 cos(wh) z(a) with the same factor at every a", () => {
    const step = fc.double({ min: 0.01, max: 50, noNaN: true });
    fc.assert(
      fc.property(step, fc.integer({ min: 0, max: 1000 }), (h, seed) => {
        const points = tensor([[-h], [0], [h], [2 * h]]);
        const [before, at, after, further] = [...fourierFeatures(points, { count: 1, seed }).x.data] as [
          number,
          number,
          number,
          number,
        ];
        // Arguments up to some 400 have an error of 400 · 2⁻⁵³ each; sums and products of numbers up to 4 of them follow.
        expect(Math.abs((before + after) * after - (at + further) * at)).toBeLessThan(2e-12);
      }),
    );
  });

  it("take their length from the spread of the training part", () => {
    const { expansion } = fitEncoding(table, { target: "y", expand: { kind: "fourier", count: 4 } });
    // Standardised features have variance 1: ℓ = √(3 · 1 / 2), rounded a few times.
    expect(expansion).toMatchObject({ kind: "fourier", count: 4, seed: 0 });
    expect(expansion?.kind === "fourier" && expansion.lengthScale).toBeCloseTo(Math.sqrt(1.5), 14);
  });
});

describe("weights of rows", () => {
  const weighted = tableFrom({ a: [1, 2, 3], w: [1, 0, 2.5], y: [1, 2, 4] });

  it("are no input, and come with the rows", () => {
    const encoding = fitEncoding(weighted, { target: "y", weights: "w" });
    expect(encoding.features).toEqual(["a"]);
    expect(encode(encoding, weighted).weights).toEqual(tensor([1, 0, 2.5]));
    expect(encode(encoding, tableFrom({ a: [1], y: [2] })).weights).toBeNull();
    expect(encode(fitEncoding(weighted, { target: "y" }), weighted).weights).toBeNull();
  });

  it("are refused when one is missing, negative or infinite, or all are 0", async () => {
    const of = (w: readonly (number | null)[] | readonly string[]) =>
      problemOf(() => fitEncoding(tableFrom({ a: [1, 2, 3], w, y: [1, 2, 4] }), { target: "y", weights: "w" }));
    for (const w of [
      [1, null, 2],
      [1, -1, 2],
      [1, Number.POSITIVE_INFINITY, 2],
    ])
      expect(await of(w)).toMatchObject({ code: "data-weights", where: 'table row 2, column "w"' });
    for (const w of [
      [0, 0, 0],
      ["x", "y", "z"],
    ])
      expect((await of(w as number[])).code).toBe("data-weights");
  });
});

describe("columns are refused", () => {
  const target = Int32Array.from({ length: 24 }, (_, i) => i % 2);
  const withWords = (words: (i: number) => string) =>
    tableFrom({ when: Array.from({ length: 24 }, (_, i) => words(i)), t: target }, { name: "log" });

  it("when they hold dates, with advice", async () => {
    const dates: readonly ((i: number) => string)[] = [
      (i) => `2021-03-${String((i % 9) + 10)}`,
      (i) => `2021/3/${(i % 9) + 1} 12:30`,
      (i) => `${(i % 9) + 1}.3.2021`,
      (i) => `3/${(i % 9) + 1}/21 1:05 PM`,
      (i) => `2021-03-01T0${i % 9}:00:00.25Z`,
      (i) => `${(i % 9) + 1} March 2021`,
      (i) => `Mar ${(i % 9) + 1}, 2021`,
    ];
    for (const date of dates) {
      const problem = await problemOf(() => fitEncoding(withWords(date), { target: "t" }));
      expect(problem).toMatchObject({ code: "data-date", given: { "for example": date(0) } });
      expect(problem.hint).toContain("--order when");
    }
    for (const word of [
      (i: number) => `v${i % 3}.2`,
      (i: number) => `${i % 5}-${i % 3}`,
      (i: number) => `May ${i % 3}`,
    ])
      expect(fitEncoding(withWords(word), { target: "t" }).inputs[0]?.kind).toBe("text");
  });

  it("when level numbers would be multiplied", async () => {
    const expand = { kind: "polynomial", degree: 2 } as const;
    expect(await problemOf(() => fit({ embed: ["view"], expand }))).toMatchObject({ code: "option", where: "flats" });
  });

  it("when they have more words than features are wanted, unless they are embedded", async () => {
    const table = withWords((i) => `w${i % 7}`);
    const problem = await problemOf(() => fitEncoding(table, { target: "t", mostLevels: 6 }));
    expect(problem).toMatchObject({ code: "data-text", given: { levels: 7 } });
    expect(problem.rule).toContain("6 different words at most");
    expect(fitEncoding(table, { target: "t", mostLevels: 6, embed: ["when"] }).features).toEqual(["when"]);
  });

  it("when they are numbers with a unit, by its name", async () => {
    const problem = await problemOf(() =>
      fitEncoding(
        withWords((i) => `${i} kg`),
        { target: "t" },
      ),
    );
    expect(problem.hint).toBe("write plain numbers, without kg");
  });

  it("when a number is infinite", async () => {
    const table = tableFrom({ a: [1, Number.NEGATIVE_INFINITY, 3], t: [1, 2, 5] }, { name: "log" });
    const problem = await problemOf(() => fitEncoding(table, { target: "t" }));
    expect(problem).toMatchObject({
      code: "data-number",
      where: 'log row 2, column "a"',
      given: { value: "-Infinity" },
    });
  });

  it("when several numbers are infinite, by the first", async () => {
    for (const [first, second] of [
      [Infinity, -Infinity],
      [-Infinity, Infinity],
    ] as const) {
      const table = tableFrom({ a: [1, first, second], t: [1, 2, 5] }, { name: "log" });
      const problem = await problemOf(() => fitEncoding(table, { target: "t" }));
      expect(problem).toMatchObject({ where: 'log row 2, column "a"', given: { value: String(first) } });
    }
  });

  it("when an option names a column that is not an input", async () => {
    for (const options of [{ categorical: ["zipp"] }, { scales: { zipp: "none" as const } }, { embed: ["zipp"] }])
      expect((await problemOf(() => fit(options))).hint).toContain("did you mean zip?");
    expect((await problemOf(() => fit({ categorical: ["rent"] }))).rule).toContain("is no input");
  });

  it("when every value is missing, whatever is done about missing values", async () => {
    const table = tableFrom({ a: [null, null, null], b: [1, 2, 3], t: [1, 2, 5] }, { name: "log" });
    for (const missing of ["error", "drop", "mean", "median", "indicator"] as const)
      expect(await problemOf(() => fitEncoding(table, { target: "t", missing }))).toMatchObject({
        code: "data-missing",
        where: 'log, column "a"',
        hint: expect.stringContaining("--drop a"),
      });
  });

  it("as targets when they are constant, whatever the task", async () => {
    const table = tableFrom({ a: [1, 2, 3], t: [5, 5, 5] });
    for (const task of ["regression", "binary", undefined] as const) {
      const problem = await problemOf(() => fitEncoding(table, { target: "t", ...(task && { task }) }));
      expect(problem).toMatchObject({ code: "data-classes", given: { class: "5", rows: 3 } });
      expect(problem.rule).toContain("nothing to learn");
    }
  });
});
