import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** Which room may import which: the whole architecture, on one screen. `types` marks imports of types alone. */
const mathematics = ["core", "graph", "ops"];
const engine = [...mathematics, "autodiff", "compile", "backends"];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  graph: ["core"],
  ops: ["core", "graph"],
  autodiff: mathematics,
  compile: mathematics,
  nn: mathematics,
  optim: mathematics,
  backends: [...mathematics, "compile"],
  transform: engine,
  data: ["core"],
  training: [...engine, "nn", "optim", "data"],
  solve: [...engine, "optim", "transform"],
  study: [...engine, "nn", "optim", "data", "training"],
  interchange: ["core", "graph", "nn", "training: types", "data"],
  explain: [...engine, "nn", "transform"],
  formula: mathematics,
  report: ["core", "explain: types", "training", "study: types", "graph/text.ts"],
  run: [...engine, "data", "nn", "optim", "training", "study", "interchange", "report", "explain"],
  cli: ["*"],
  server: ["*"],
  "index.ts": ["*"],
  "node.ts": ["*"],
};
const mayUseNode = /^(cli|server|run|data\/readers)\/|^backends\/wasm\/node|^node\.ts$/;
const mayUsePackages = /^(cli|server|run|report|formula|interchange|data\/readers)\//;
const pure = /^(core|graph|ops|autodiff|compile|backends|transform|nn|optim|solve|data)\//;
const isTable = /^data\/embedded\//;

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .sort();
const read = (file: string): string => readFileSync(join(src, file), "utf8");
const room = (file: string): string => file.split("/")[0]!;

interface Import {
  readonly path: string;
  readonly typesOnly: boolean;
}
const importsOf = (text: string): Import[] =>
  [...text.matchAll(/^(?:import|export)\s+(type\s)?([^;]*?)\s?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm)].map(
    ([, type, names = "", from, alone]) => ({
      path: (from ?? alone)!,
      typesOnly: type !== undefined || /^\{\s*(type\s+\w+[^,]*,?\s*)+\}$/.test(names),
    }),
  );
const isLocal = ({ path }: Import): boolean => path.startsWith(".");
const target = (file: string, { path }: Import): string =>
  relative(src, join(src, dirname(file), path)).replaceAll("\\", "/");

function mayReach(file: string, to: string, typesOnly: boolean): boolean {
  const allowed = mayImport[room(file)] ?? [];
  return (
    room(to) === room(file) ||
    allowed.includes("*") ||
    allowed.includes(room(to)) ||
    allowed.includes(to) ||
    (typesOnly && allowed.includes(`${room(to)}: types`))
  );
}

const opensFunction =
  /\bfunction\b|=> \{$|^\s+(?:async |static |get |override |\*)*[\w[\].]+\(.*\{$|const \w+ = (?:async )?\($/;

/** Functions by their indentation: from the line that opens one to the bracket below it that closes it. */
function longFunctions(text: string, limit: number): string[] {
  const lines = text.split("\n");
  return lines.flatMap((line, start) => {
    if (!opensFunction.test(line) || /^\s*(?:if|for|while|switch)\b|^\s*[*/]/.test(line)) return [];
    const indent = line.search(/\S/);
    const length =
      lines.slice(start + 1).findIndex((l) => l.trim() !== "" && l.search(/\S/) <= indent && !/^\s*\)/.test(l)) + 2;
    return length > limit ? [`line ${start + 1}: ${length} lines`] : [];
  });
}

it("measures functions", () => {
  const body = "  f();\n".repeat(39);
  expect(longFunctions(`function f(\n  a: number,\n): void {\n${body}}\n`, 40)).toEqual(["line 1: 43 lines"]);
  expect(longFunctions(`const f = (): void => {\n${body}};\n`, 40)).toEqual(["line 1: 41 lines"]);
  expect(longFunctions(`const f = (): void => {\n${body.slice(7)}};\n`, 40)).toEqual([]);
});

it("has no import cycles", () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    expect(path.includes(file) ? [...path, file].join(" → ") : "").toBe("");
    if (done.has(file)) return;
    for (const i of importsOf(read(file)).filter((i) => isLocal(i) && !i.typesOnly))
      if (files.includes(target(file, i))) visit(target(file, i), [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

describe.each(files)("%s", (file) => {
  const text = read(file);
  const imports = importsOf(text);

  it("stands in a room of the table", () => expect(Object.keys(mayImport)).toContain(room(file)));
  it("imports only from rooms below it", () =>
    expect(
      imports
        .filter(isLocal)
        .filter((i) => !mayReach(file, target(file, i), i.typesOnly))
        .map((i) => i.path),
    ).toEqual([]));
  it("uses Node and packages only where that is allowed", () =>
    expect(
      imports
        .filter((i) => !isLocal(i))
        .map((i) => i.path)
        .filter((path) => (path.startsWith("node:") ? !mayUseNode.test(file) : !mayUsePackages.test(file))),
    ).toEqual([]));
  it("is easy to survey: a file of at most 300 lines, functions of at most 40", () => {
    expect(isTable.test(file) ? 0 : text.split("\n").length - 1).toBeLessThanOrEqual(300);
    expect(longFunctions(text, 40)).toEqual([]);
  });
  it("keeps chance and time out of the mathematics", () =>
    expect(pure.test(file) ? text : "").not.toMatch(/Math\.random|Date\.now|new Date\(\)/));
  it("says what its types are", () => expect(text).not.toMatch(/(?::|<|\bas) ?any\b(?! )|@ts-ignore|@ts-nocheck/));
});
