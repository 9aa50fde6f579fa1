import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { folderWith, gradus, root } from "./cli/command.ts";

const names = readdirSync(join(root, "examples"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));

const tsc = join(root, "node_modules/typescript/bin/tsc");
beforeAll(() => {
  expect(spawnSync(process.execPath, [tsc, "-p", "examples"], { cwd: root, encoding: "utf8" }).stdout).toBe("");
}, 120_000);

/** What an example prints, in its short form. */
async function printed(name: string, ...more: string[]): Promise<string> {
  const { status, stdout, stderr } = await gradus(["examples", name, "--quick", ...more], { cwd: root });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** The numbers in the first line that a pattern matches. */
function numbers(text: string, line: RegExp): number[] {
  const found = text.split("\n").find((each) => line.test(each)) ?? "";
  return Array.from(found.replace(line, "").matchAll(/-?\d+(\.\d+)?(e[+-]\d+)?/g), ([each]) => Number(each));
}

describe("an example", () => {
  it("stands in the list, and what stands in the list is there", async () => {
    const { stdout } = await gradus(["examples"], { cwd: root });
    const listed = stdout.split("\n").slice(2, -1);
    expect(listed.map((line) => line.split(" ")[0]).sort()).toEqual(names.sort());
  });

  it.each(names)("imports nothing but the library: %s", (name) => {
    const text = readFileSync(join(root, "examples", `${name}.ts`), "utf8");
    const sources = Array.from(text.matchAll(/(?:from|import) *\(?"([^"]+)"/g), ([, source]) => source);
    expect(new Set(sources)).toEqual(new Set(["gradus"]));
  });
});

describe("the worked examples give what the lecture is about", () => {
  it("physics: what the equations say alone leads to their solutions", async () => {
    const text = await printed("physics");
    expect(text.match(/max error: \S+/g)).toHaveLength(2);
    for (const [, error] of text.matchAll(/max error: (\S+)/g)) expect(Number(error)).toBeLessThan(0.01);
  });

  it("digits: most of the test part is recognised", async () => {
    const text = await printed("digits");
    const [loss, accuracy] = numbers(text, /^test: /);
    expect(loss).toBeLessThan(0.25);
    expect(accuracy).toBeGreaterThan(0.93);
    expect(numbers(text, /^predicted/)).toHaveLength(20);
  });

  it("breast-cancer: both networks do well, and a higher threshold overlooks fewer malignant tumours", async () => {
    const parts = (await printed("breast-cancer")).split("\nnetwork 30-100-30-1");
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      expect(numbers(part, /^ +accuracy/)[1]).toBeGreaterThan(0.88);
      expect(numbers(part, /^ +benign if p > 0\.9/)[0]).toBeLessThan(numbers(part, /^ +benign if p > 0\.5/)[0]!);
    }
  });

  it("gates: without a hidden layer OR and AND are solved, XOR never", async () => {
    const text = await printed("gates");
    const [line, , four] = numbers(text, /^xor/);
    expect([line, four]).toEqual([0, 3]);
    expect(numbers(text, /^or/)).toEqual([3, 3, 3]);
    expect(numbers(text, /^and/)).toEqual([3, 3, 3]);
    expect(numbers(text, /^ 0 {2}1 {2}1/)[0]).toBeCloseTo(0.5, 2);
  });

  it("polynomial: the linear network finds the coefficients, and L2 pulls them away from the truth", async () => {
    const text = await printed("polynomial");
    const [x, y, xx, xy, yy, one, error] = numbers(text, /^0 {2,}/);
    expect([x, y, xx, xy, yy, one].map((each) => Math.abs(Math.round(each! * 1000) / 1000))).toEqual([
      1, 2, 3, 4, 5, 0,
    ]);
    expect(error).toBeLessThan(1e-6);
    expect(numbers(text, /^0\.1 {2,}/).at(-1)).toBeGreaterThan(0.01);
  });

  it("franke: every network with hidden layers comes near the surface", async () => {
    const text = await printed("franke");
    for (const activation of ["sigmoid", "tanh", "leakyRelu"])
      expect(numbers(text, new RegExp(`^2-50-20-1, ${activation} +0 `))[1]).toBeLessThan(0.05);
    expect(numbers(text, /^linear, monomials to degree 5 +0 /)[1]).toBeLessThan(0.05);
  });

  it("pima: a made-up table without a file, the same each time and another for another seed", async () => {
    const [once, again, other] = [await printed("pima"), await printed("pima"), await printed("pima", "--seed", "1")];
    expect(once).toBe(again);
    expect(once).not.toBe(other);
    expect(once).toContain("8-12-8-1");
    expect(numbers(once, /^test /)[1]).toBeGreaterThan(numbers(once, /^always the commoner class/)[0]!);
    expect(once.split("\n").filter((line) => line.startsWith("  row "))).toHaveLength(5);
  });
});

describe("data files", () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${(i * 7) % 40},${(i * 3) % 11},${(i * 7) % 40 < 20 ? "no" : "yes"}`,
  );

  it("pima takes any table with two classes", async () => {
    const folder = await folderWith({ "mine.csv": `a,b,ill\n${rows.join("\n")}\n` });
    const text = await printed("pima", join(folder, "mine.csv"));
    expect(text).toContain("mine.csv: 32 rows to train on, 8 for the test\n2-12-8-1");
    expect(text).toContain("p(yes)");
  });

  it.each([
    { what: "a number as the target", args: ["pima", "r.csv"], says: /^r\.csv, target "b": .*binary/ },
    { what: "a missing file", args: ["pima", "nope.csv"], says: /^nope\.csv: there is no such file/ },
    {
      what: "a file for an example with its own data",
      args: ["gates", "r.csv"],
      says: /^example gates: .*takes no file/,
    },
    { what: "an unknown example", args: ["gatess"], says: /no example of that name[\s\S]*did you mean gates\?/ },
    { what: "a seed that is no number", args: ["gates", "--seed", "x"], says: /^--seed: must be a whole number/ },
  ])("refused: $what", async ({ args, says }) => {
    const folder = await folderWith({ "r.csv": `a,b\n${rows.map((_, i) => `${i},${i * 1.1}`).join("\n")}\n` });
    const { status, stdout, stderr } = await gradus(["examples", ...args], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });
});
