import { derivative, type MathNode, parse } from "mathjs/number";
import { type Formula, leafOf, operationOf } from "./parse.ts";

/** The derivatives of a formula as a computer-algebra system writes them, and what formula and derivatives cost. */
export interface Symbolic {
  /** ∂f/∂x by variable, brought to a short form. */
  readonly derivatives: Readonly<Record<string, string>>;
  /** The same, as the rules of differentiation give it. */
  readonly unsimplified: Readonly<Record<string, string>>;
  /** False where they are too long to be brought to a short form: then `derivatives` are as the rules give them. */
  readonly simplified: boolean;
  /** In LaTeX; `null` where functions are nested too deeply for it. */
  readonly latex: { readonly formula: string; readonly derivatives: Readonly<Record<string, string>> } | null;
  readonly counts: {
    /** Operations of the formula as it is written. */
    readonly formula: number;
    /** Of its derivatives, all together. */
    readonly symbolic: number;
    /** Of both, each computed for itself. */
    readonly unshared: number;
    /** Of both, where what is equal is computed once. */
    readonly shared: number;
    /** Of the derivatives before they are brought to a short form. */
    readonly unsimplified: number;
  };
}

/** Derivatives that may have more operations than this are not written down. */
const longest = 60_000;
/** Beyond so many operations of its derivatives they are not brought to a short form: that takes minutes. */
const longestShort = 80;

/**
 * Symbolic differentiation, for comparison. The counting rule: + − · ÷, a power and a function are one operation each;
 * a change of sign joins the operation beside it; numbers and variables cost nothing.
 *
 * @returns `null` where the formula has a function that the computer-algebra system does not know, or its derivatives are far too long
 */
export function symbolic({ text, names }: Formula): Symbolic | null {
  const tree = parse(text.replaceAll(/\bln\b/g, "log"));
  if (tree.filter((node) => unknown.has(operationOf(node)?.name ?? "")).length > 0) return null;
  if (bound(tree) * names.length > longest) return null;
  const long = names.map((x) => derivative(tree, x, { simplify: false }));
  const simplified = long.every((each) => operations(each) <= longestShort);
  const short = simplified ? names.map((x) => derivative(tree, x)) : long;
  const total = (nodes: readonly MathNode[]): number => nodes.reduce((n, node) => n + operations(node), 0);
  const byName = <T>(nodes: readonly MathNode[], f: (node: MathNode) => T): Record<string, T> =>
    Object.fromEntries(names.map((name, i) => [name, f(nodes[i]!)]));
  const formula = operations(tree);
  return {
    derivatives: byName(short, String),
    unsimplified: byName(long, String),
    simplified,
    latex: [tree, ...short].every((node) => depth(node) <= deepest)
      ? { formula: tree.toTex(), derivatives: byName(short, (node) => node.toTex()) }
      : null,
    counts: {
      formula,
      symbolic: total(short),
      unshared: formula + total(short),
      shared: distinct([tree, ...short]),
      unsimplified: total(long),
    },
  };
}

/** Functions that a formula may have, but whose derivatives mathjs does not know. */
const unknown: ReadonlySet<string> = new Set([
  ...["sigmoid", "softplus", "relu", "erf", "erfc", "max", "min", "square", "cube", "expm1", "log1p", "log2"],
]);

/** A change of sign is no operation of its own. */
const isFree = (name: string): boolean => name === "unaryMinus" || name === "unaryPlus";

/** mathjs takes twice as long for each level more. */
const deepest = 12;

function depth(node: MathNode): number {
  const operation = operationOf(node);
  return operation ? 1 + Math.max(0, ...operation.args.map(depth)) : 0;
}

/** At most so many operations a derivative has, about: a sum those of its parts, anything else the parts themselves, too. */
function bound(node: MathNode): number {
  const operation = operationOf(node);
  if (!operation) return 0;
  const sum = operation.name === "add" || operation.name === "subtract";
  return operation.args.reduce((n, arg) => n + bound(arg) + (sum ? 0 : operations(arg)), 2);
}

/** Operations of an expression, each written one computed. */
function operations(node: MathNode): number {
  const operation = operationOf(node);
  if (!operation) return 0;
  return (isFree(operation.name) ? 0 : 1) + operation.args.reduce((n, arg) => n + operations(arg), 0);
}

const commutes: ReadonlySet<string> = new Set(["add", "multiply"]);

/** Operations of some expressions together, where equal ones are computed once; a + b is b + a. */
function distinct(nodes: readonly MathNode[]): number {
  const seen = new Set<string>();
  const visit = (node: MathNode): string => {
    const operation = operationOf(node);
    if (!operation) return String(leafOf(node));
    const { name } = operation;
    const args = operation.args.map(visit);
    const key = `${name}(${(commutes.has(name) ? args.toSorted() : args).join()})`;
    if (!isFree(name)) seen.add(key);
    return key;
  };
  for (const node of nodes) visit(node);
  return seen.size;
}
