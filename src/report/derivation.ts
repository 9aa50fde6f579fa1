import type { Evaluation, Trust, Variable, VectorEvaluation } from "../explain/index.ts";
import type { Sheet } from "./leaflet.ts";
import { significant } from "./numbers.ts";

const shown = (v: Variable["value"]): string =>
  v.shape.length === 0 ? significant(v.item(), 7) : `[${v.shape.join(", ")}]`;

/** The forward trace: values and tangents, from inputs to output. */
export const forwardSheet = ({ inputs, variables }: Evaluation): Sheet => ({
  head: ["variable", "is", "value", ...inputs.map((x) => `∂/∂${x}`)],
  rows: variables.map((v) => [v.name, sources(v), shown(v.value), ...v.tangents.map(shown)]),
});

/**
 * Both traces side by side, a row for each variable: values and tangents run down the columns, adjoints run up.
 *
 * @see Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine learning: a survey, tables 2 and 3
 */
export function bothSheet(e: Evaluation): Sheet {
  const [forward, reverse] = [forwardSheet(e), reverseSheet(e)];
  const back = reverse.rows.toReversed();
  return {
    head: [...forward.head, `∂${e.output}/∂`, "from its uses"],
    rows: forward.rows.map((row, i) => [...row, ...back[i]!.slice(1)]),
  };
}

/** The reverse trace: adjoints, from output to inputs, each with what its uses add up to. */
export const reverseSheet = ({ variables, output }: Evaluation): Sheet => ({
  head: ["adjoint", "is", "from its uses"],
  rows: variables
    .toReversed()
    .map((v) => [
      `∂${output}/∂${v.name}`,
      shown(v.adjoint),
      v.name === output ? "1 (the output itself)" : v.uses.map(({ by, adds }) => `${shown(adds)} by ${by}`).join(" + "),
    ]),
});

const sources = ({ op, from }: Pick<Variable, "op" | "from">): string =>
  from.length === 0 ? op : `${op}(${from.join(", ")})`;

const seven = (x: number): string => significant(x, 7);

/** Every variable with v̇ for each input and v̄ of each output: both modes at a glance. */
export const vectorSheet = ({ inputs, outputs, variables }: VectorEvaluation): Sheet => ({
  head: ["variable", "is", "value", ...inputs.map((x) => `∂/∂${x}`), ...outputs.map((y) => `∂${y}/∂`)],
  rows: variables.map((v) => [v.name, sources(v), ...[v.value, ...v.tangents, ...v.adjoints].map(seven)]),
});

/** One row an output: its value and its derivatives. */
export const jacobianSheet = ({ inputs, value, jacobian }: VectorEvaluation, texts: readonly string[]): Sheet => ({
  head: ["output", "value", ...inputs.map((x) => `∂/∂${x}`)],
  rows: texts.map((text, i) => [text, ...[value[i]!, ...jacobian[i]!].map(seven)]),
});

/** What the Jacobian costs by either mode. */
export const jacobianCostSheet = ({ passes, counts, chosen }: VectorEvaluation): Sheet => ({
  head: ["mode", "passes", "operations", "choice"],
  rows: (["forward", "reverse"] as const).map((mode) => [
    mode,
    `${passes[mode]}, one for each ${mode === "forward" ? "input" : "output"}`,
    `${counts[mode]}`,
    mode === chosen ? "chosen: not more passes" : "not chosen",
  ]),
});

/** Every check with its figure. */
export const checkSheet = (check: Trust): Sheet => ({
  head: ["check", "found", "asked"],
  rows: [
    ["central differences, at the best step", exponent(Math.min(...finite(check))), "small"],
    ["complex step", check.complexStep === null ? "does not apply" : exponent(check.complexStep), "rounding"],
    ["forward against reverse mode", exponent(check.modes), "rounding"],
    ["adjoint identity ⟨ȳ, J·ẋ⟩ = ⟨Jᵀ·ȳ, ẋ⟩", exponent(check.adjoint), "rounding"],
    ["second derivative against differences", exponent(check.second), "small"],
    ["power of the Taylor remainder", check.taylorSlope?.toFixed(3) ?? "no remainder", "2, or more"],
  ],
});

const finite = ({ differences }: Trust): number[] => differences.map(({ error }) => error).filter(Number.isFinite);
const exponent = (x: number): string => (Number.isFinite(x) ? x.toExponential(1) : "not finite");

export const verdict = ({ failures }: Trust): string =>
  failures.length === 0 ? "The derivatives stand every check." : `Not to be trusted here: ${failures.join("; ")}.`;
