import type { Line, Program } from "../../graph/program.ts";
import type { Type } from "../../graph/value.ts";
import type { View } from "./views.ts";

/** A piece of work that reads its operands and writes its results in one go. */
export type Kernel =
  /** Elementwise lines of one shape: one loop that computes all of them, element by element. */
  | { readonly kind: "group"; readonly shape: readonly number[]; readonly lines: Line[] }
  /** A view written out in order. */
  | { readonly kind: "copy"; readonly from: View; readonly to: number }
  /** Any other line, with room for what it has to lay out first. */
  | { readonly kind: "line"; readonly line: Line; readonly scratch: number | null }
  /** A loop; its body reads the constants where they are, so these stand there in order. */
  | { readonly kind: "loop"; readonly line: Line; readonly body: Plan; readonly constants: readonly View[] };

/** A program arranged as kernels over views. */
export interface Plan {
  readonly program: Program;
  /** Types of all variables; those behind the program's own are copies that the plan added. */
  readonly types: Type[];
  /** How each variable is found. */
  readonly views: Map<number, View>;
  /** How the results are found. */
  readonly outputs: readonly View[];
  readonly kernels: Kernel[];
  /** Variables that depend on no input: constants. */
  readonly constants: ReadonlySet<number>;
  /** Base variables that need a buffer, with the kernels between which they live (−1: from the start). */
  readonly spans: Map<number, { first: number; last: number }>;
}

export function inputsOf(kernel: Kernel): readonly number[] {
  if (kernel.kind === "group") return kernel.lines.flatMap((line) => line.inputs);
  if (kernel.kind === "loop") return [...kernel.line.inputs, ...kernel.constants.map((view) => view.base)];
  return kernel.kind === "copy" ? [kernel.from.base] : kernel.line.inputs;
}

export function outputsOf(kernel: Kernel): readonly number[] {
  if (kernel.kind === "group") return kernel.lines.map((line) => line.outputs[0]!);
  if (kernel.kind === "copy") return [kernel.to];
  const outputs = kernel.line.outputs.filter((v) => v !== null);
  return kernel.kind === "line" && kernel.scratch !== null ? [...outputs, kernel.scratch] : outputs;
}
