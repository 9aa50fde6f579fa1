import { Command } from "commander";
import { ModelError } from "../core/index.ts";
import { type Evaluation, explain, type Trust, trust } from "../explain/index.ts";
import type { Formula, Symbolic } from "../formula/index.ts";
import { forwardSheet, reverseSheet, type Sheet, sheetLatex, sheetMarkdown, sheetText } from "../report/derivation.ts";
import { compile } from "../transform/index.ts";
import { choice, name, number } from "./flags.ts";
import { layerSizes, type NetworkFlags, scalarActivations, stepOf, stepPage } from "./networkstep.ts";

interface ExplainFlags extends NetworkFlags {
  at?: Readonly<Record<string, number>>;
  check?: boolean;
  format?: "text" | "markdown" | "latex";
  json?: boolean;
}

/** `gradus explain`: derivatives of a formula at a point, step by step, with what they cost. */
export function explainCommand(): Command {
  return new Command("explain")
    .summary("derivatives of a formula, step by step")
    .description("Differentiates a formula at a point: forward and reverse mode, step by step, with operation counts.")
    .argument("[formula]", 'for example "sqrt(x^2 + exp(x^2))"')
    .option("--at <x=1.5,…>", "where: a number for each variable", point)
    .option("--check", "hold the derivatives against differences, complex steps and the Taylor remainder")
    .option(
      "--format <text|markdown|latex>",
      "how tables are set",
      choice("--format", ["text", "markdown", "latex"] as const),
    )
    .option("--network <2-3-1>", "lay open one step of training of such a network instead", layerSizes)
    .option(
      "--activation <name>",
      "with --network: of every layer",
      name("--activation", "activation", scalarActivations),
    )
    .option("--learning-rate <η>", "with --network", number("--learning-rate", { above: 0 }))
    .option("--seed <n>", "with --network: seed of weights and data", number("--seed", { integer: true }))
    .option("--json", "print one JSON object on standard output, nothing else there")
    .action(explained);
}

/** `x=1.5,y=2` */
function point(text: string): Record<string, number> {
  const pairs = text.split(",").map((part) => part.split("=").map((side) => side.trim()));
  for (const [name = "", value = "", ...more] of pairs)
    if (!/^[A-Za-z_]\w*$/.test(name) || value === "" || !Number.isFinite(Number(value)) || more.length > 0)
      throw new ModelError({
        code: "option",
        where: "--at",
        given: { given: text },
        rule: "must give numbers by name.",
        hint: "write --at x=1.5,y=2",
      });
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
}

/** A number for each variable of the formula, in its order. */
function pointOf({ names, text }: Formula, at: Readonly<Record<string, number>> = {}): Record<string, number> {
  const missing = names.filter((name) => !(name in at));
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

async function explained(text: string | undefined, flags: ExplainFlags): Promise<void> {
  if (flags.network) {
    const step = stepOf(flags);
    const set = settings[flags.format ?? "text"];
    return print(flags.json ? JSON.stringify(step) : stepPage(step, set, titled(flags.format)));
  }
  if (text === undefined)
    throw new ModelError({
      code: "option",
      where: "explain",
      rule: "a formula is missing.",
      hint: 'write gradus explain "sqrt(x^2 + exp(x^2))" --at x=1.5, or gradus explain --network 2-3-1',
    });
  const { complexStep, parseFormula, symbolic } = await import("../formula/index.ts");
  const formula = parseFormula(text);
  const at = pointOf(formula, flags.at);
  const e = explain(formula.f, at);
  const s = symbolic(formula);
  const f = compile(formula.f as never, { backend: "reference" }) as unknown as (x: object) => number;
  const check = flags.check ? trust(f, at, e, (name) => complexStep(formula, at, name)) : null;
  print(
    flags.json ? JSON.stringify(record(formula, at, e, s, check)) : page(formula, at, { e, s, check }, flags.format),
  );
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function record(formula: Formula, at: object, e: Evaluation, s: Symbolic | null, check: Trust | null): object {
  return {
    formula: formula.text,
    at,
    value: e.value,
    gradient: Object.fromEntries(Object.entries(e.gradient).map(([name, d]) => [name, d.item()])),
    derivatives: s?.derivatives ?? null,
    counts: { ...s?.counts, forward: e.counts.forward, reverse: e.counts.reverse, value: e.counts.value },
    variables: e.variables.map(({ name, op, from, value, tangents, adjoint, uses }) => ({
      ...{ name, op, from, value: value.item(), tangents: tangents.map((t) => t.item()), adjoint: adjoint.item() },
      uses: uses.map(({ by, adds }) => ({ by, adds: adds.item() })),
    })),
    ...(check && { check }),
  };
}

interface Findings {
  readonly e: Evaluation;
  readonly s: Symbolic | null;
  readonly check: Trust | null;
}

const settings = { text: sheetText, markdown: sheetMarkdown, latex: sheetLatex } as const;

const titled =
  (format: keyof typeof settings = "text") =>
  (text: string): string =>
    format === "markdown" ? `### ${text}\n` : format === "latex" ? `\\subsection*{${text}}` : text;

function page(formula: Formula, at: object, { e, s, check }: Findings, format: keyof typeof settings = "text"): string {
  const set = settings[format];
  const where = Object.entries(at)
    .map(([name, x]) => `${name} = ${x}`)
    .join(", ");
  const title = titled(format);
  return [
    title(`${formula.text} = ${e.value}${where && `   at ${where}`}`),
    ...Object.entries(e.gradient).map(
      ([x, d]) => `∂/∂${x} = ${d.item()}${s ? `   (by algebra: ${s.derivatives[x]})` : ""}`,
    ),
    "",
    title("Forward: values and tangents, from the inputs on"),
    set(forwardSheet(e)),
    "",
    title("Reverse: adjoints, from the output back"),
    set(reverseSheet(e)),
    "",
    title("Operations"),
    set(countSheet(e, s)),
    "An operation is + − · ÷, a power or a function; numbers, variables and a change of sign cost nothing.",
    ...(check ? ["", title("Check"), set(checkSheet(check)), verdict(check)] : []),
  ].join("\n");
}

const countSheet = ({ counts }: Evaluation, s: Symbolic | null): Sheet => ({
  head: ["what is computed", "operations"],
  rows: [
    ...(s
      ? [
          ["the formula as it is written", `${s.counts.formula}`],
          ["its derivatives by algebra, brought to a short form", `${s.counts.symbolic}`],
          ["the same as the rules give it", `${s.counts.unsimplified}`],
          ["formula and derivatives, each for itself", `${s.counts.unshared}`],
          ["formula and derivatives, equal parts once", `${s.counts.shared}`],
        ]
      : []),
    ["value and derivatives, forward mode", `${counts.forward}`],
    ["value and derivatives, reverse mode", `${counts.reverse}`],
  ],
});

const checkSheet = (check: Trust): Sheet => ({
  head: ["check", "relative error"],
  rows: [
    ...check.differences.map(({ step, error }) => [
      `central differences, step ${step.toExponential(0)}`,
      error.toExponential(1),
    ]),
    ["complex step", check.complexStep === null ? "does not apply" : check.complexStep.toExponential(1)],
    ["forward against reverse mode", check.modes.toExponential(1)],
    [
      "slope of the Taylor remainder (2 asked)",
      check.taylorSlope === null ? "no remainder" : check.taylorSlope.toFixed(3),
    ],
  ],
});

const verdict = (check: Trust): string =>
  check.ok
    ? "The derivatives stand every check."
    : "At least one check fails: f may have a kink here, or be badly scaled.";
