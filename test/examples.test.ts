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

const page = readFileSync(join(root, "docs/experiments.md"), "utf8");

/** The short form as it stands in the docs. */
function short(name: string): string {
  const [, text = ""] = page.split(`\`gradus examples ${name} --quick\`\n\n\`\`\`\n`);
  return text.split("```")[0]!;
}

/** The numbers in the first line that a pattern matches. */
function numbers(text: string, line: RegExp): number[] {
  const found = text.split("\n").find((each) => line.test(each)) ?? "";
  return Array.from(found.replace(line, "").matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g), ([each]) => Number(each));
}

describe("an example", () => {
  it("stands in the list, and what stands in the list is there", async () => {
    const { stdout } = await gradus(["examples"], { cwd: root });
    const listed = stdout.split("\n").slice(2, -1);
    expect(listed.map((line) => line.split(" ")[0]).sort()).toEqual(names.sort());
  });

  it.each(names)("imports nothing but the library: %s", (name) => {
    const text = readFileSync(join(root, "examples", `${name}.ts`), "utf8");
    const sources = Array.from(text.matchAll(/^.*\bfrom "([^"]+)";$|\bimport *\(?"([^"]+)"/gm), (m) => m[1] ?? m[2]);
    expect(new Set(sources)).toEqual(new Set(["gradus"]));
  });
});

describe("docs/experiments.md", () => {
  it.each(
    names,
  )("has what the short form prints, letter by letter (npm run experiments -- --quick): %s", async (name) => {
    expect(await printed(name)).toBe(short(name));
  });

  it.each(names)("shows the full form, its pictures and the command: %s", (name) => {
    const section = page.split("\n## ").find((each) => each.includes(`\`gradus examples ${name}\`\n`)) ?? "";
    expect(section).toMatch(/^`gradus examples [\w-]+`\n\n```\n[^`]/m);
    const drawn = readFileSync(join(root, "examples", `${name}.ts`), "utf8").match(/^ +plot\(/m) !== null;
    expect(section.includes(`](pictures/${name}-1.svg)`)).toBe(drawn);
  });

  it("has lines of 80 columns at most in what is printed", () => {
    const wide = names.flatMap((name) => short(name).split("\n")).filter((line) => Array.from(line).length > 80);
    expect(wide).toEqual([]);
  });
});

describe("the worked examples give what the lecture is about", () => {
  it("physics: what the equations say alone leads to their solutions", () => {
    const text = short("physics");
    expect(text.match(/max error: \S+/g)).toHaveLength(2);
    for (const [, error] of text.matchAll(/max error: (\S+)/g)) expect(Number(error)).toBeLessThan(0.01);
  });

  it("digits: most of the test part is recognised", () => {
    const text = short("digits");
    const [loss, accuracy] = numbers(text, /^test: /);
    expect(loss).toBeLessThan(0.25);
    expect(accuracy).toBeGreaterThan(0.93);
    expect(numbers(text, /^of this network/)[0]).toBeCloseTo(accuracy!, 4);
    expect(numbers(text, /^none at all/)).toEqual([0.9]);
  });

  it("breast-cancer: both networks do well, and a higher threshold overlooks fewer malignant tumours", () => {
    const parts = short("breast-cancer").split("\nnetwork 30-100-30-1");
    expect(parts).toHaveLength(2);
    for (const part of parts) {
      const [half, most] = [numbers(part, /^ +0\.5 /), numbers(part, /^ +0\.9 /)];
      expect(half[0]).toBeGreaterThan(0.88);
      expect(most[1]).toBeLessThan(half[1]!);
    }
  });

  it("gates: without a hidden layer OR and AND are solved, XOR never", () => {
    const text = short("gates");
    const [line, , four] = numbers(text, /^xor/);
    expect([line, four]).toEqual([0, 3]);
    expect(numbers(text, /^or/)).toEqual([3, 3, 3]);
    expect(numbers(text, /^and/)).toEqual([3, 3, 3]);
    expect(numbers(text, /^0 {2}1 {4}1/)[0]).toBeCloseTo(0.5, 2);
  });

  it("polynomial: the linear network finds the coefficients, and L2 pulls them away from the truth", () => {
    const text = short("polynomial");
    const [x, y, xx, xy, yy, one, error] = numbers(text, /^0 {2,}/);
    expect([x, y, xx, xy, yy, one].map((each) => Math.abs(Math.round(each! * 1000) / 1000))).toEqual([
      1, 2, 3, 4, 5, 0,
    ]);
    expect(error).toBeLessThan(1e-6);
    expect(numbers(text, /^0\.1 {2,}/).at(-1)).toBeGreaterThan(0.01);
  });

  it("franke: every network with hidden layers comes near the surface", () => {
    const text = short("franke");
    for (const activation of ["sigmoid", "tanh", "leakyRelu"])
      expect(numbers(text, new RegExp(`^2-50-20-1, ${activation} +0 `))[1]).toBeLessThan(0.05);
    expect(numbers(text, /^linear, monomials to degree 5 +0 /)[1]).toBeLessThan(0.05);
  });

  it("pima: a made-up table without a file, another for another seed", async () => {
    const [text, other] = [short("pima"), await printed("pima", "--seed", "1")];
    expect(text).not.toBe(other);
    expect(text).toContain("8-12-8-1");
    const [, accuracy, commoner] = numbers(text, /^test /);
    expect(accuracy).toBeGreaterThan(commoner!);
  });

  it("neuron: derivatives by hand are those of the library, those of the slide are not", () => {
    for (const name of ["w1", "b1", "w2", "b2"]) {
      const [hand, automatic, off, slide] = numbers(short("neuron"), new RegExp(`^∂C/∂${name} = \\S+`));
      expect(automatic).toBe(hand);
      expect(off).toBeLessThan(1e-15); // some ten operations on numbers below 1
      expect(slide === hand).toBe(name.endsWith("2"));
    }
  });

  it("approximation: more units come nearer, but never to the saw's jump", () => {
    const [continuous = "", saw = ""] = short("approximation").split("\n\ndiscontinuous");
    expect(numbers(continuous, /^ +8 /)[0]).toBeLessThan(numbers(continuous, /^ +2 /)[0]! / 5);
    expect(numbers(saw, /^ +8 /)[2]).toBeGreaterThan(1);
  });

  it("initialization: variances stay level for relu with He's weights, and explode under N(0, 1)", () => {
    const [, he] = numbers(short("initialization"), /^relu +He/);
    const [, normal] = numbers(short("initialization"), /^relu +N\(0, 1\)/);
    expect(he).toBeGreaterThan(0.1);
    expect(he).toBeLessThan(10);
    expect(normal).toBeGreaterThan(1e15);
  });

  it("depth: the gradient vanishes in a deep sigmoid network, not with batch normalisation", () => {
    expect(numbers(short("depth"), /^sigmoid +no +8/)[0]).toBeLessThan(1e-3);
    expect(numbers(short("depth"), /^sigmoid +yes +8/)[0]).toBeGreaterThan(0.1);
  });

  it("dying-relu: units die of a large rate, those of leaky relu never", () => {
    expect(numbers(short("dying-relu"), /^relu +0\.1 /)[0]).toBeGreaterThan(0.3);
    expect(numbers(short("dying-relu"), /^leakyRelu +0\.1 /)[0]).toBe(0);
  });

  it("grid: the test part is read once, for what validation chose", () => {
    expect(short("grid").match(/test part, read this once: 0\.\d+/g)).toHaveLength(1);
  });
});

describe("--json and --out", () => {
  it("give texts, tables and pictures as one object, and the pictures as SVG", async () => {
    const folder = await folderWith({});
    const { status, stdout } = await gradus(["examples", "neuron", "--json", "--out", "pictures"], { cwd: folder });
    expect(status).toBe(0);
    const { example, seed, parts } = JSON.parse(stdout) as { example: string; seed: number; parts: object[] };
    expect([example, seed]).toEqual(["neuron", 0]);
    expect(new Set(parts.flatMap((part) => Object.keys(part)))).toEqual(
      new Set(["text", "table", "picture", "points"]),
    );
    const svg = readFileSync(join(folder, "pictures/neuron-1.svg"), "utf8");
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("refuse a folder that cannot be made, before anything is run", async () => {
    const folder = await folderWith({ file: "" });
    const out = ["--out", "file/pictures"];
    const { status, stdout, stderr } = await gradus(["examples", "neuron", ...out], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^file\/pictures: the file cannot be written: a part of this path is a file/);
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
