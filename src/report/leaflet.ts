import type { Diagram, Trust } from "../explain/index.ts";
import { errorPlot } from "./errorplot.ts";
import { table } from "./table.ts";
import { clip } from "./text.ts";

/** Rows and columns of text, to be set in one of several ways. */
export interface Sheet {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A piece of an explanation, to be set as text, Markdown, LaTeX or HTML. */
export type Block =
  | { readonly title: string; readonly level: 1 | 2 }
  /** Without words, it is for LaTeX alone. */
  | { readonly line: string; readonly latex?: string }
  | { readonly sheet: Sheet; readonly name: string }
  | { readonly diagram: Diagram }
  | { readonly curve: Trust["differences"] };

/** The blocks that are there. */
export const blocks = (...all: readonly (Block | readonly Block[] | null)[]): Block[] =>
  all.flatMap((block) => block ?? []);

/** A sheet in plain text. */
export const sheetText = ({ head, rows }: Sheet): string => table(head, rows, { cell: 72 });

function sheetMarkdown({ head, rows }: Sheet): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** In LaTeX, as a `tabular`. */
export function sheetLatex({ head, rows }: Sheet): string {
  const line = (cells: readonly string[]): string => `${cells.map(latexText).join(" & ")} \\\\`;
  const columns = "l".repeat(head.length);
  return [`\\begin{tabular}{${columns}}`, line(head), "\\hline", ...rows.map(line), "\\end{tabular}"].join("\n");
}

/** What LaTeX has no letter for without further packages, or a meaning of its own. */
const latexSigns: Readonly<Record<string, string>> = {
  ...{ "#": "\\#", $: "\\$", "%": "\\%", "&": "\\&", _: "\\_", "{": "\\{", "}": "\\}" },
  ...{
    "\\": "\\textbackslash{}",
    "^": "\\^{}",
    "~": "\\textasciitilde{}",
    "∂": "$\\partial$",
    δ: "$\\delta$",
    Δ: "$\\Delta$",
  },
  ...{
    η: "$\\eta$",
    Σ: "$\\sum$",
    "½": "$\\frac12$",
    "²": "$^2$",
    "′": "$'$",
    "→": "$\\to$",
    "·": "$\\cdot$",
    "−": "$-$",
  },
  ...{
    "÷": "$\\div$",
    "∞": "$\\infty$",
    "⟨": "$\\langle$",
    "⟩": "$\\rangle$",
    ȳ: "$\\bar y$",
    ẋ: "$\\dot x$",
    ᵀ: "$^{\\mathsf T}$",
  },
  ...{
    "₁": "$_1$",
    "₂": "$_2$",
    "…": "\\dots{}",
    "×": "$\\times$",
    "≈": "$\\approx$",
    "√": "$\\surd$",
    "¹": "$^1$",
    ˡ: "$^l$",
  },
};

/** Text that LaTeX sets as it stands. */
export const latexText = (text: string): string => [...text].map((c) => latexSigns[c] ?? c).join("");

const setters = {
  text: (block: Block): string | null => {
    if ("title" in block) return block.title;
    if ("line" in block) return block.line || null;
    if ("sheet" in block) return sheetText(block.sheet);
    return "curve" in block ? errorPlot(block.curve) : null;
  },
  markdown: (block: Block): string | null => {
    if ("title" in block) return `${"#".repeat(block.level + 1)} ${block.title}`;
    if ("line" in block) return block.line || null;
    if ("sheet" in block) return sheetMarkdown(block.sheet);
    return "curve" in block ? `\`\`\`\n${errorPlot(block.curve)}\n\`\`\`` : null;
  },
  latex: (block: Block): string | null => {
    if ("title" in block) return `\\${block.level === 1 ? "" : "sub"}section*{${latexText(block.title)}}`;
    if ("line" in block) return block.latex ? `\\[ ${block.latex} \\]` : latexText(block.line);
    return "sheet" in block ? sheetLatex(block.sheet) : null;
  },
} as const;

export type TextFormat = keyof typeof setters;

/** An explanation as text of this format. Graphs are for HTML alone; a curve is for it, text and Markdown. */
export function setIn(format: TextFormat, all: readonly Block[]): string {
  let before: Block | null = null;
  const out: string[] = [];
  for (const block of all) {
    const text = setters[format](block);
    if (text === null) continue;
    const tight =
      format === "text" &&
      before !== null &&
      ("title" in before || ("line" in before && "line" in block)) &&
      !("title" in block);
    if (before) out.push(tight ? "\n" : "\n\n");
    out.push(text);
    before = block;
  }
  return out.join("");
}

/** A formula, cut where it is too long for a heading. */
export const shortly = (text: string): string => clip(text, 90);
