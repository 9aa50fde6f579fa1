import type { Evaluation, Trust, VectorEvaluation } from "../explain/index.ts";
import type { Formula, Symbolic } from "../formula/index.ts";
import {
  bothSheet,
  checkSheet,
  forwardSheet,
  jacobianCostSheet,
  jacobianSheet,
  reverseSheet,
  vectorSheet,
  verdict,
} from "../report/derivation.ts";
import { type Block, blocks, type Sheet, shortly } from "../report/leaflet.ts";

/** All that is found about one formula. */
export interface Findings {
  readonly formula: Formula;
  readonly at: Readonly<Record<string, number>>;
  readonly e: Evaluation;
  readonly s: Symbolic | null;
  readonly check: Trust | null;
}

/** What `--json` prints of one formula. */
export function formulaRecord({ formula, at, e, s, check }: Findings): object {
  return {
    formula: formula.text,
    at,
    value: e.value,
    gradient: Object.fromEntries(Object.entries(e.gradient).map(([name, d]) => [name, d.item()])),
    derivatives: s?.derivatives ?? null,
    ...(s && { simplified: s.simplified }),
    counts: { ...s?.counts, forward: e.counts.forward, reverse: e.counts.reverse, value: e.counts.value },
    variables: e.variables.map(({ name, op, from, value, tangents, adjoint, uses }) => ({
      ...{ name, op, from, value: value.item(), tangents: tangents.map((t) => t.item()), adjoint: adjoint.item() },
      uses: uses.map(({ by, adds }) => ({ by, adds: adds.item() })),
    })),
    ...(check && { check }),
  };
}

const placed = (at: Findings["at"]): string =>
  Object.entries(at)
    .map(([name, x]) => `${name} = ${x}`)
    .join(", ");

const rule = "An operation is + − · ÷, a power or a function; numbers, variables and a change of sign cost nothing.";

/** The explanation of one formula. */
export function formulaPage({ formula, at, e, s, check }: Findings): Block[] {
  const where = placed(at);
  return blocks(
    { title: `${shortly(formula.text)} = ${e.value}${where && `   at ${where}`}`, level: 1 },
    s?.latex ? { line: "", latex: `f = ${s.latex.formula}` } : null,
    Object.entries(e.gradient).map(([x, d]) => gradientLine(x, d.item(), s)),
    warning([e.value, ...Object.values(e.gradient).map((d) => d.item())]),
    { diagram: e.diagram },
    traces(e),
    { title: "Operations", level: 2 },
    { sheet: countSheet(e, s), name: "Operations" },
    { line: rule },
    check ? checked(check) : null,
  );
}

/** Side by side, as long as there is room for a column for each input. */
const traces = (e: Evaluation): Block[] =>
  e.inputs.length <= 3
    ? [
        { title: "Forward (down): values and tangents. Reverse (up): adjoints", level: 2 },
        { sheet: bothSheet(e), name: "Forward and reverse trace" },
      ]
    : [
        { title: "Forward: values and tangents, from the inputs on", level: 2 },
        { sheet: forwardSheet(e), name: "Forward trace" },
        { title: "Reverse: adjoints, from the output back", level: 2 },
        { sheet: reverseSheet(e), name: "Reverse trace" },
      ];

function gradientLine(x: string, d: number, s: Symbolic | null): Block {
  const algebra = s ? `   (by algebra: ${shortly(s.derivatives[x]!)})` : "";
  const latex = s?.latex ? `\\frac{\\partial f}{\\partial ${x}} = ${s.latex.derivatives[x]} = ${d}` : undefined;
  return { line: `∂/∂${x} = ${d}${algebra}`, ...(latex !== undefined && { latex }) };
}

const warning = (numbers: readonly number[]): Block | null =>
  numbers.every(Number.isFinite)
    ? null
    : {
        line: "Not every number is finite here: the formula or a derivative has no value at this point, or overflows.",
      };

const checked = (check: Trust): Block[] => [
  { title: "Check", level: 2 },
  { sheet: checkSheet(check), name: "Checks" },
  {
    line: "Central differences along a random direction: the error falls with the square of the step, then rounding grows.",
  },
  { curve: check.differences },
  { line: verdict(check) },
];

function countSheet({ counts }: Evaluation, s: Symbolic | null): Sheet {
  const form = s?.simplified ? "brought to a short form" : "as the rules give them";
  const algebra: (readonly [string, number])[] = s
    ? [
        ["the formula as it is written", s.counts.formula],
        [`its derivatives by algebra, ${form}`, s.counts.symbolic],
        ["the same as the rules give it", s.counts.unsimplified],
        ["formula and derivatives, each for itself", s.counts.unshared],
        ["formula and derivatives, equal parts once", s.counts.shared],
      ]
    : [];
  const modes = [
    ["value and derivatives, forward mode", counts.forward],
    ["value and derivatives, reverse mode", counts.reverse],
  ] as const;
  return { head: ["what is computed", "operations"], rows: [...algebra, ...modes].map(([what, n]) => [what, `${n}`]) };
}

/** All that is found about several formulas together. */
export interface VectorFindings {
  readonly formulas: readonly Formula[];
  readonly at: Readonly<Record<string, number>>;
  readonly e: VectorEvaluation;
}

/** What `--json` prints of several formulas. */
export const vectorRecord = ({ formulas, at, e: { diagram: _, ...e } }: VectorFindings): object => ({
  formulas: formulas.map(({ text }) => text),
  at,
  ...e,
});

/** The explanation of several formulas: their Jacobian, and what it costs by either mode. */
export function vectorPage({ formulas, at, e }: VectorFindings): Block[] {
  const where = placed(at);
  const [n, m] = [e.inputs.length, e.outputs.length];
  return blocks(
    {
      title: `${m} output${m === 1 ? "" : "s"} of ${n} input${n === 1 ? "" : "s"}${where && `   at ${where}`}`,
      level: 1,
    },
    { title: "Jacobian", level: 2 },
    {
      sheet: jacobianSheet(
        e,
        formulas.map(({ text }) => shortly(text)),
      ),
      name: "Jacobian",
    },
    warning([...e.value, ...e.jacobian.flat()]),
    { diagram: e.diagram },
    { title: "Values, tangents of each input and adjoints of each output", level: 2 },
    { sheet: vectorSheet(e), name: "Both modes" },
    { title: "What the Jacobian costs", level: 2 },
    { sheet: jacobianCostSheet(e), name: "Cost of the Jacobian" },
    { line: `The values alone take ${e.counts.value} operations. What is equal is computed once. ${rule}` },
  );
}
