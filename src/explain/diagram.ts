import { simplifying } from "../compile/index.ts";
import { atOnce } from "../core/steps.ts";
import { leaves } from "../core/tree.ts";
import { tracing } from "../graph/closure.ts";
import { liftTree, type PlainData, tensorOf } from "../graph/lifted.ts";
import { isValue, type Value } from "../graph/value.ts";
import { closureDiagram } from "./sketch.ts";

/** Something drawn as a small box with a few lines of text. */
export interface DiagramNode {
  readonly id: string;
  readonly kind: "input" | "number" | "operation" | "chain" | "output";
  /** The first line is its title. */
  readonly lines: readonly string[];
  /** The box that it stands in. */
  readonly box?: string;
}

/** An arrow; its label is the shape of what flows along it, nothing for one number. */
export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** True for what a loop hands to its next turn. */
  readonly back?: boolean;
}

/** A box around nodes: a loop, or what is repeated. */
export interface DiagramBox {
  readonly id: string;
  readonly label: string;
  readonly box?: string;
}

/** What a drawing of a graph shows: no place and no colour yet. */
export interface Diagram {
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  readonly boxes: readonly DiagramBox[];
}

export interface DiagramOptions {
  /** What the drawing is called. Default: `"f"`. */
  readonly title?: string;
  /** Draw what is repeated once, and long chains of operations on single numbers as one node. Default true. */
  readonly fold?: boolean;
}

/**
 * The graph of a traced function: inputs, operations, and the shapes of what flows between them. Loops are boxes around
 * their bodies; a part that is repeated at least three times is drawn once, in a box that says how often; a chain of four
 * or more operations that each take one thing and keep its shape is one node.
 *
 * @param f  function of a record of values that gives a tree of values
 * @param at plain data by name: only their shapes matter
 */
export function diagram<Name extends string>(
  f: (x: { readonly [K in Name]: Value }) => unknown,
  at: { readonly [K in Name]: PlainData },
  { title = "f", fold = true }: DiagramOptions = {},
): Diagram {
  const names = Object.keys(at) as Name[];
  return tracing(
    names.map((name) => tensorOf(at[name])),
    (xs) => {
      const given = Object.fromEntries(names.map((name, i) => [name, xs[i]!])) as { readonly [K in Name]: Value };
      const closure = atOnce(simplifying({ inputs: xs, outputs: leaves(liftTree(f(given)), isValue) }));
      const notes = new Map(closure.inputs.map((x, i) => [x, { name: names[i]!, lines: [] }]));
      return closureDiagram(closure, { title, fold, notes });
    },
  );
}
