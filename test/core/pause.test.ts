import { expect, it } from "vitest";
import { Pace, pause } from "../../src/core/pause.ts";
import { atOnce, type Steps } from "../../src/core/steps.ts";

const turns: string[] = [];
const other = (name: string): void => {
  setTimeout(() => turns.push(name), 0);
};

/** Steps of 10 ms each. */
function* working(steps: number): Steps<number> {
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + 10;
    while (performance.now() < until);
    turns.push(`step ${i}`);
    yield;
  }
  return steps;
}

it("a pause lets a timer that is due have its turn, again and again", async () => {
  let seen = 0;
  setTimeout(() => seen++, 0);
  for (let i = 0; i < 1000 && seen === 0; i++) await pause();
  expect(seen).toBe(1);
});

it("work in steps lets others have a turn before it is done, and gives its result", async () => {
  turns.length = 0;
  other("other");
  expect(await new Pace().through(working(20))).toBe(20);
  expect(turns.indexOf("other")).toBeGreaterThan(0);
  expect(turns.indexOf("other")).toBeLessThan(20);
});

it("work at once does not", () => {
  turns.length = 0;
  other("late");
  expect(atOnce(working(3))).toBe(3);
  expect(turns).toEqual(["step 0", "step 1", "step 2"]);
});
