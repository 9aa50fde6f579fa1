import { describe, expect, it } from "vitest";
import type { Task } from "../../src/core/index.ts";
import { chooseTask, inferTask, tableFrom } from "../../src/data/index.ts";
import { problemOf } from "./problem.ts";

const cycle = (n: number, count: number): number[] => Array.from({ length: n }, (_, i) => i % count);
const ask = (t: readonly number[] | readonly string[], task?: Task) =>
  chooseTask(tableFrom({ t }), { target: "t", ...(task ? { task } : {}) });

describe("the task is inferred from the target:", () => {
  const cases: [string, number[] | string[], Task][] = [
    ["two words are a binary task", ["a", "b", "a", "b"], "binary"],
    ["three words are multiclass", ["a", "b", "c", "a", "b", "c"], "multiclass"],
    ["any two numbers are binary", [1.5, 2.5, 1.5, 2.5], "binary"],
    ["four rows of a gate are binary", [0, 1, 1, 0], "binary"],
    ["20 whole numbers, three times each, are multiclass", cycle(60, 20), "multiclass"],
    ["20 whole numbers, less than three times each, are a regression", cycle(59, 20), "regression"],
    ["21 whole numbers are a regression", cycle(2100, 21), "regression"],
    ["three numbers that are not whole are a regression", [0.5, 1, 2, 0.5, 1, 2, 0.5, 1, 2], "regression"],
  ];
  it.each(cases)("%s", (_, values, task) => {
    expect(ask(values).task).toBe(task);
  });

  it("says why, with the values in order", () => {
    const { reason } = inferTask(tableFrom({ t: [10, 9, 2, 10, 9, 2, 10, 9, 2] }), "t");
    expect(reason).toBe('"t" has 3 different whole numbers: 2, 9, 10');
    const ends = (zero: number) => ask(Array.from({ length: 9 }, (_, i) => zero + i + 1 / 3)).reason;
    expect([ends(0), ends(1e9)]).toEqual([
      '"t" has 9 different numbers: 0.3333 … 8.333',
      '"t" has 9 different numbers: 1000000000.33 … 1000000008.33', // as many digits as tell them apart, by fours
    ]);
  });
});

describe("a task that was asked for", () => {
  it("is taken where it fits", () => {
    expect(ask([0, 1, 0, 1], "regression").task).toBe("regression");
    expect(ask([0, 1, 0, 1], "multiclass").task).toBe("multiclass");
    expect(ask(cycle(100, 50), "multiclass").task).toBe("multiclass");
  });

  it("is refused where it does not, with what to do", async () => {
    const real = Array.from({ length: 300 }, (_, i) => Math.sqrt(i));
    const refusals: [number[] | string[], Task, string][] = [
      [["a", "b", "a", "b"], "regression", "binary or multiclass"],
      [cycle(25, 5), "binary", "multiclass"],
      [real, "multiclass", "regression"],
      [[...real, ...real, ...real], "multiclass", "regression"],
      [cycle(99, 50), "multiclass", "regression"],
    ];
    for (const [values, task, advice] of refusals) {
      const problem = await problemOf(() => ask(values, task));
      expect(problem).toMatchObject({ code: "data-target", where: 'table, target "t"', given: { task } });
      expect(problem.hint).toContain(advice);
    }
  });

  it("needs two classes, and values", async () => {
    expect(await problemOf(() => ask([3, 3, 3]))).toMatchObject({
      code: "data-classes",
      given: { class: "3", rows: 3 },
    });
    expect((await problemOf(() => ask(["a", "a"], "binary"))).code).toBe("data-classes");
    expect((await problemOf(() => ask([Number.NaN, Number.NaN]))).code).toBe("data-target");
  });

  it("is refused for words that are names", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `name ${i}`);
    expect((await problemOf(() => ask(names))).code).toBe("data-target");
  });
});
