import type { Evaluation, Step, StepLayer, Variable } from "../explain/index.ts";
import { significant } from "./numbers.ts";
import { table } from "./table.ts";

/** Rows and columns of text, to be set in one of several ways. */
export interface Sheet {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const shown = (v: Variable["value"]): string =>
  v.shape.length === 0 ? significant(v.item(), 7) : `[${v.shape.join(", ")}]`;

const sources = ({ op, from }: Variable): string => (from.length === 0 ? op : `${op}(${from.join(", ")})`);

/** The forward trace: values and tangents, from inputs to output. */
export const forwardSheet = ({ inputs, variables }: Evaluation): Sheet => ({
  head: ["variable", "is", "value", ...inputs.map((x) => `∂/∂${x}`)],
  rows: variables.map((v) => [v.name, sources(v), shown(v.value), ...v.tangents.map(shown)]),
});

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

/** Units, or weights, beyond which a layer is summed up. */
const many = 12;

/** A layer of a step, unit by unit; of a large one the least, the mean and the greatest. */
export function unitSheet({ z, a, slope, delta, biases, newBiases }: StepLayer): Sheet {
  const columns = [z, a, slope, delta, biases, newBiases];
  return {
    head: ["unit", "z", "a = f(z)", "f′(z)", "δ = ∂C/∂z = ∂C/∂b", "b", "b after"],
    rows: z.length > many ? summed(columns) : z.map((_, j) => [String(j + 1), ...columns.map((c) => number(c[j]!))]),
  };
}

/** The weights of a layer, one a row. */
export function weightSheet({ weights, weightGradient, newWeights }: StepLayer): Sheet {
  const columns = [weights, weightGradient, newWeights].map((matrix) => matrix.flat());
  const units = weights[0]!.length;
  const name = (k: number): string => `${Math.floor(k / units) + 1} → ${(k % units) + 1}`;
  return {
    head: ["weight", "W", "∂C/∂W = a·δ", "W after"],
    rows:
      columns[0]!.length > many
        ? summed(columns)
        : columns[0]!.map((_, k) => [name(k), ...columns.map((c) => number(c[k]!))]),
  };
}

const number = (x: number): string => significant(x, 6);

function summed(columns: readonly (readonly number[])[]): string[][] {
  const mean = (c: readonly number[]): number => c.reduce((total, x) => total + x, 0) / c.length;
  return [
    ["least", ...columns.map((c) => number(Math.min(...c)))],
    ["mean", ...columns.map((c) => number(mean(c)))],
    ["greatest", ...columns.map((c) => number(Math.max(...c)))],
  ];
}

/**
 * What the lecture's slide says of the network 1-1-1, beside what is right: ∂C/∂w₁ = (a₂ − t)·f′(z₂)·w₂·f′(z₁)·x, where the slide
 * has a₁ in the place of w₂; and ∂C/∂b₁, which lacks w₂ there.
 */
export function slideSheet({ x, target, layers }: Step): Sheet | null {
  const [first, second] = layers;
  if (layers.length !== 2 || [x, first!.z, second!.z].some((units) => units.length !== 1)) return null;
  const common = (second!.a[0]! - target[0]!) * second!.slope[0]! * first!.slope[0]!;
  return {
    head: ["derivative", "right", "as the slide has it"],
    rows: [
      ["∂C/∂w₁", number(first!.weightGradient[0]![0]!), number(common * first!.a[0]! * x[0]!)],
      ["∂C/∂b₁", number(first!.biasGradient[0]!), number(common)],
    ],
  };
}

/** A sheet in plain text. */
export const sheetText = ({ head, rows }: Sheet): string => table(head, rows, { cell: 72 });

/** A sheet in Markdown. */
export function sheetMarkdown({ head, rows }: Sheet): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A sheet in LaTeX, as a `tabular`. */
export function sheetLatex({ head, rows }: Sheet): string {
  const escaped = (text: string): string =>
    text
      .replace(/[#$%&_{}]/g, "\\$&")
      .replaceAll("∂", "$\\partial$")
      .replaceAll("^", "\\^{}");
  const line = (cells: readonly string[]): string => `${cells.map(escaped).join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{${"l".repeat(head.length)}}`,
    line(head),
    "\\hline",
    ...rows.map(line),
    "\\end{tabular}",
  ].join("\n");
}
