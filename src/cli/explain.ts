import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { type Diagram, explain, explainVector, trust } from "../explain/index.ts";
import type { Formula } from "../formula/index.ts";
import { type Block, setIn, type TextFormat } from "../report/leaflet.ts";
import { version } from "../run/version.ts";
import { choice, name, number } from "./flags.ts";
import { formulaPage, formulaRecord, vectorPage, vectorRecord } from "./formulapage.ts";
import { ending, writeCurve, writeGraph, writeText } from "./graphfile.ts";
import { layerSizes, type NetworkFlags, networkSketch, scalarActivations, stepOf, stepPage } from "./networkstep.ts";
import { namesRun, runDiagram, runStepPage, runStepRecord } from "./runstep.ts";

interface ExplainFlags extends NetworkFlags {
  at?: Readonly<Record<string, number>>;
  check?: boolean;
  format?: TextFormat | "html";
  graph?: string;
  curve?: string;
  fold?: boolean;
  out?: string;
  rows?: number;
  json?: boolean;
}

const formats = ["text", "markdown", "latex", "html"] as const;

/** `gradus explain`: derivatives of a formula at a point, step by step, with what they cost. */
export function explainCommand(): Command {
  return new Command("explain")
    .summary("derivatives of a formula, step by step")
    .description("Differentiates formulas at a point: forward and reverse mode, step by step, with operation counts.")
    .argument(
      "[formulas...]",
      'for example "sqrt(x^2 + exp(x^2))" or "[x*y, sin(x)]"; or the folder of a run: one step of its training',
    )
    .option("--at <x=1.5,…>", "where: a number for each variable", point)
    .option("--check", "hold the derivatives against differences, complex steps and the Taylor remainder")
    .option("--graph <file>", "draw the computation graph, or with --network the network: .svg, or .txt in words")
    .option("--curve <file.svg>", "with --check: draw the errors of central differences by step")
    .option("--no-fold", "with a graph: draw every copy of what is repeated, and every link of a chain")
    .option("--format <text|markdown|latex|html>", "how the explanation is set", choice("--format", formats))
    .option("--out <file>", "write the explanation into a file: .html, .md, .tex or .txt")
    .option("--network <2-3-1>", "lay open one step of training of such a network instead", layerSizes)
    .option(
      "--activation <name>",
      "with --network: of every layer",
      name("--activation", "activation", scalarActivations),
    )
    .option("--learning-rate <η>", "with --network", number("--learning-rate", { above: 0 }))
    .option("--seed <n>", "with --network: seed of weights and data", number("--seed", { integer: true }))
    .option(
      "--rows <n>",
      "with a run: rows of the batch (default: its batch size)",
      number("--rows", { least: 1, integer: true }),
    )
    .option("--json", "print one JSON object on standard output, nothing else there")
    .action(explained);
}

/** `x=1.5,y=2`; given twice, the flag adds to what came before. */
function point(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const refused = (rule: string): ModelError =>
    new ModelError({ code: "option", where: "--at", given: { given: text }, rule, hint: "write --at x=1.5,y=2" });
  const at = new Map(Object.entries(before));
  for (const part of text.split(",")) {
    const [name = "", value = "", ...more] = part.split("=").map((side) => side.trim());
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || value === "" || !Number.isFinite(Number(value)) || more.length > 0)
      throw refused("must give numbers by name.");
    if (at.has(name)) throw refused(`${name} is given twice.`);
    at.set(name, Number(value));
  }
  return Object.fromEntries(at);
}

/** A number for each variable of the formula, in its order. */
function pointOf(
  { names, text }: Pick<Formula, "names" | "text">,
  at: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const missing = names.filter((name) => !Object.hasOwn(at, name));
  const unknown = Object.keys(at).filter((name) => !names.includes(name));
  if (missing.length === 0 && unknown.length === 0) return Object.fromEntries(names.map((name) => [name, at[name]!]));
  throw new ModelError({
    code: "option",
    where: "--at",
    given: { formula: text, variables: names.join(", "), given: Object.keys(at).join(", ") || "nothing" },
    rule:
      missing.length > 0
        ? `a number is missing for ${missing.join(", ")}.`
        : `the formula has no ${unknown.join(", ")}.`,
    hint: names.length > 0 ? `write --at ${names.map((name) => `${name}=1`).join(",")}` : "leave out --at",
  });
}

/** An explanation: what is said, the same as data, and the graph of it. */
interface Explanation {
  readonly page: readonly Block[];
  readonly record: object;
  readonly diagram: Diagram;
}

async function explained(texts: readonly string[], flags: ExplainFlags): Promise<void> {
  if (flags.out !== undefined) ending("--out", flags.out, Object.keys(endings) as Ending[]);
  if (flags.graph !== undefined) ending("--graph", flags.graph, ["svg", "txt"]);
  if (flags.curve !== undefined) ending("--curve", flags.curve, ["svg"]);
  const found = flags.network
    ? ofNetwork(texts, flags)
    : texts.length === 1 && flags.at === undefined && namesRun(texts[0]!)
      ? await ofRun(texts[0]!, flags)
      : await ofFormulas(texts, flags);
  if (flags.graph !== undefined) await writeGraph(flags.graph, found.diagram);
  if (flags.curve !== undefined) await writeCurve(flags.curve, found.page);
  if (flags.out !== undefined)
    writeText(
      "--out",
      flags.out,
      await pageIn(endings[ending("--out", flags.out, Object.keys(endings) as Ending[])], found),
    );
  else if (!flags.json) print(await pageIn(flags.format ?? "text", found));
  if (flags.json) print(JSON.stringify(found.record));
}

const print = (text: string): void => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);

const endings = { html: "html", md: "markdown", tex: "latex", txt: "text" } as const;
type Ending = keyof typeof endings;

async function pageIn(format: TextFormat | "html", { page }: Explanation): Promise<string> {
  if (format !== "html") return `${setIn(format, page)}\n`;
  const { leafletHtml } = await import("../report/leafletpage.ts");
  return leafletHtml(page, version);
}

/** What is said of a step of training is said of formulas alone, or of steps alone. */
function noFormula({ at, check }: ExplainFlags, others: readonly string[]): void {
  const odd = at ? "--at" : check ? "--check" : others.length > 0 ? others.join(" ") : null;
  if (odd === null) return;
  throw new ModelError({
    code: "option",
    where: "explain",
    given: { given: odd },
    rule: "a step of training is laid open, so there is no formula to go with it.",
    hint: `leave out ${odd}`,
  });
}

function ofNetwork(texts: readonly string[], flags: ExplainFlags): Explanation {
  noFormula(flags, texts);
  const step = stepOf(flags);
  const diagram = networkSketch(flags, flags.fold);
  return { page: stepPage(step, diagram), record: step, diagram };
}

async function ofRun(run: string, flags: ExplainFlags): Promise<Explanation> {
  noFormula(flags, []);
  const { rows, fold = true } = flags;
  const { openStep } = await import("../run/index.ts");
  const step = await openStep(run, rows === undefined ? {} : { rows });
  const diagram = await runDiagram(run, fold);
  return { page: runStepPage(step, diagram), record: runStepRecord(step), diagram };
}

async function ofFormulas(
  texts: readonly string[],
  { at: given, check, fold = true }: ExplainFlags,
): Promise<Explanation> {
  if (texts.length === 0)
    throw new ModelError({
      code: "option",
      where: "explain",
      rule: "a formula is missing.",
      hint: 'write gradus explain "sqrt(x^2 + exp(x^2))" --at x=1.5, or gradus explain --network 2-3-1',
    });
  const { complexStep, isVector, parseFormulas, symbolic } = await import("../formula/index.ts");
  const formulas = parseFormulas(texts);
  const [formula] = formulas as [Formula, ...Formula[]];
  const at = pointOf({ names: formula.names, text: texts.join(", ") }, given);
  if (formulas.length > 1 || isVector(texts[0]!)) {
    if (check) throw unchecked("is for one formula at a time.", formula);
    const found = { formulas, at, e: explainVector((x) => formulas.map(({ f }) => f(x)), at, { fold }) };
    return { page: vectorPage(found), record: vectorRecord(found), diagram: found.e.diagram };
  }
  if (check && formula.names.length === 0) throw unchecked("there is no variable to take a derivative by.", formula);
  const e = explain(formula.f, at, { fold });
  const checks = check ? trust(formula.f, at, e, (name) => complexStep(formula, at, name)) : null;
  const found = { formula, at, e, s: symbolic(formula), check: checks };
  return { page: formulaPage(found), record: formulaRecord(found), diagram: e.diagram };
}

const unchecked = (rule: string, { text, names }: Formula): ModelError =>
  new ModelError({
    code: "option",
    where: "--check",
    rule,
    hint: names.length > 0 ? `write gradus explain "${text}" --check` : "leave out --check",
  });
