import {
  type ArrayNode,
  type ConstantNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  parse,
  type SymbolNode,
} from "mathjs/number";
import { ModelError, nearest } from "../core/errors.ts";
import { lift, type Value } from "../graph/value.ts";
import * as ops from "../ops/index.ts";

/** A formula of named variables: its syntax tree, and the function that it stands for. */
export interface Formula {
  readonly text: string;
  /** The variables, in the order in which they appear. */
  readonly names: readonly string[];
  readonly tree: MathNode;
  readonly f: (x: Readonly<Record<string, Value>>) => Value;
}

type Unary = (x: Value) => Value;
type Binary = (x: Value, y: Value) => Value;

/** Functions of one number that a formula may call. */
const functions: Readonly<Record<string, Unary>> = {
  ...{ exp: ops.exp, log: ops.log, ln: ops.log, sqrt: ops.sqrt, cbrt: ops.cbrt, abs: ops.abs, square: ops.square },
  ...{ expm1: ops.expm1, log1p: ops.log1p, sin: ops.sin, cos: ops.cos, tan: ops.tan, erf: ops.erf, erfc: ops.erfc },
  ...{ asin: ops.asin, acos: ops.acos, atan: ops.atan, sinh: ops.sinh, cosh: ops.cosh, tanh: ops.tanh },
  ...{
    asinh: ops.asinh,
    acosh: ops.acosh,
    atanh: ops.atanh,
    sigmoid: ops.sigmoid,
    softplus: ops.softplus,
    relu: ops.relu,
  },
  cube: (x) => ops.mul(ops.square(x), x),
  log2: (x) => ops.div(ops.log(x), Math.LN2),
  log10: (x) => ops.div(ops.log(x), Math.LN10),
  sec: (x) => ops.reciprocal(ops.cos(x)),
  csc: (x) => ops.reciprocal(ops.sin(x)),
  cot: (x) => ops.reciprocal(ops.tan(x)),
  sech: (x) => ops.reciprocal(ops.cosh(x)),
  csch: (x) => ops.reciprocal(ops.sinh(x)),
  coth: (x) => ops.reciprocal(ops.tanh(x)),
};

/** Functions and operators of two. */
const binary: Readonly<Record<string, Binary>> = {
  ...{ add: ops.add, subtract: ops.sub, multiply: ops.mul, divide: ops.div, pow: ops.pow },
  ...{ max: ops.maximum, min: ops.minimum },
};

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E, tau: 2 * Math.PI };

/**
 * Reads a formula such as `sqrt(x^2 + exp(x^2))`: + − * / ^, brackets, `2 x` for a product, functions of one number
 * (`exp log sqrt sin … sigmoid erf`), `max`, `min`, `pow`, and `pi`, `e`, `tau`.
 *
 * @throws `formula` for what cannot be read or has no meaning here
 */
export const parseFormula = (text: string): Formula => formulaOf(text, syntaxOf(text));

/**
 * Reads one formula, a list of them in square brackets, such as `[x*y, sin(x)]`, or several.
 *
 * @returns the formulas; all have the variables of all, in the order in which they appear
 * @throws `formula` for what cannot be read or has no meaning here
 */
export function parseFormulas(texts: readonly string[]): Formula[] {
  const parts = texts.flatMap((text) => {
    const tree = syntaxOf(text);
    return isList(tree) ? tree.items.map((item) => ({ text: item.toString(), tree: item })) : [{ text, tree }];
  });
  if (parts.length === 0)
    throw refused(texts.join(" "), "there is no formula in it.", "write for example [x*y, sin(x)].");
  const formulas = parts.map(({ text, tree }) => formulaOf(text, tree));
  const names = [...new Set(formulas.flatMap((formula) => formula.names))];
  return formulas.map((formula) => ({ ...formula, names }));
}

/** Whether a formula is a list in square brackets. */
export const isVector = (text: string): boolean => isList(syntaxOf(text));

function formulaOf(text: string, tree: MathNode): Formula {
  verify(text, tree);
  const names: string[] = [];
  tree.traverse((node, path) => {
    const name = isSymbol(node) && path !== "fn" ? node.name : null;
    if (name !== null && !Object.hasOwn(constants, name) && !names.includes(name)) names.push(name);
  });
  return { text, names, tree, f: (x) => value(tree, x) };
}

/** Brackets may stand inside of so many others: the parser's own stack allows for little more. */
const deepest = 100;
/** So many operations may stand on one way through a formula: a sum of terms is as deep as it is long. */
const longest = 1000;

function syntaxOf(text: string): MathNode {
  if (text.trim() === "") throw refused(text, "it is empty.", "write for example sqrt(x^2 + exp(x^2)).");
  if (depth(text) > deepest)
    throw refused(text, `brackets are nested more than ${deepest} deep.`, "compute the inner part by itself first.");
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const rule = error instanceof RangeError ? "it is nested too deeply." : `it cannot be read: ${reason}.`;
    throw refused(text, rule, "write for example sqrt(x^2 + exp(x^2)).");
  }
}

function depth(text: string): number {
  let [open, most] = [0, 0];
  for (const character of text) {
    open += "([".includes(character) ? 1 : ")]".includes(character) ? -1 : 0;
    most = Math.max(most, open);
  }
  return most;
}

const refused = (text: string, rule: string, hint?: string): ModelError => {
  const formula = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return new ModelError({ code: "formula", where: "formula", given: { formula }, rule, ...(hint && { hint }) });
};

const isSymbol = (node: MathNode): node is SymbolNode => node.type === "SymbolNode";
const isConstant = (node: MathNode): node is ConstantNode<number> => node.type === "ConstantNode";
const isOperator = (node: MathNode): node is OperatorNode<never, never, MathNode[]> => node.type === "OperatorNode";
const isList = (node: MathNode): node is ArrayNode<MathNode[]> => node.type === "ArrayNode";
const isFunction = (node: MathNode): node is FunctionNode<SymbolNode> => node.type === "FunctionNode";

/** What a node does: the name of its operation, and its arguments; `null` for a leaf. */
export function operationOf(node: MathNode): { name: string; args: readonly MathNode[] } | null {
  if (node.type === "ParenthesisNode") return operationOf((node as unknown as { content: MathNode }).content);
  if (isOperator(node)) return { name: node.fn, args: node.args };
  return isFunction(node) ? { name: node.fn.name, args: node.args } : null;
}

/** The number or name at a leaf. */
export const leafOf = (node: MathNode): number | string | null => {
  if (node.type === "ParenthesisNode") return leafOf((node as unknown as { content: MathNode }).content);
  return isConstant(node) ? node.value : isSymbol(node) ? node.name : null;
};

/** Refuses what has no meaning here, before anything is computed. */
function verify(text: string, node: MathNode, level = 0): void {
  if (level > longest) throw refused(text, "it is nested too deeply.", "compute a part of it by itself first.");
  const leaf = leafOf(node);
  const isText = isConstant(node) && typeof node.value !== "number";
  if (leaf !== null && !isText) return;
  const operation = operationOf(node);
  if (!operation) throw refused(text, `${node.toString()} has no derivative here: it is no formula of numbers.`);
  const { name, args } = operation;
  const called = isImplicit(node) ? args.map(leafOf).find((leaf) => Object.hasOwn(functions, leaf ?? "")) : undefined;
  if (called !== undefined)
    throw refused(text, `${called} is a function, and what it is taken of stands in brackets: ${called}(x).`, allowed);
  const known =
    args.length === 1
      ? Object.hasOwn(functions, name) || isSign(name)
      : args.length === 2 && Object.hasOwn(binary, name);
  if (!known) throw unknownFunction(text, name, args.length);
  for (const arg of args) verify(text, arg, level + 1);
}

/** A product without a sign, such as `2 x`. */
const isImplicit = (node: MathNode): boolean => isOperator(node) && node.implicit;

const isSign = (name: string): boolean => name === "unaryMinus" || name === "unaryPlus";

const callable = [...Object.keys(functions), "max", "min", "pow"];

/** What may stand in a formula, in words. */
const allowed = `allowed are + − * / ^ and ${callable.join(" ")}`;

function unknownFunction(text: string, name: string, count: number): ModelError {
  const taken = Object.hasOwn(functions, name) ? "1 number" : Object.hasOwn(binary, name) ? "2 numbers" : null;
  const rule = taken
    ? `${name} takes ${taken}, not ${count}.`
    : `there is no ${name} of ${count} number${count === 1 ? "" : "s"} here.`;
  const similar = taken ? undefined : nearest(name, callable);
  return refused(text, rule, similar ? `did you mean ${similar}? ${allowed}` : allowed);
}

/** The value of a node; a power with a small whole exponent is written as what it is. */
function value(node: MathNode, x: Readonly<Record<string, Value>>): Value {
  const leaf = leafOf(node);
  if (typeof leaf === "number") return lift(leaf);
  if (typeof leaf === "string") return Object.hasOwn(constants, leaf) ? lift(constants[leaf]!) : x[leaf]!;
  const { name, args } = operationOf(node)!;
  const [a, b] = args.map((arg) => value(arg, x)) as [Value, Value?];
  if (name === "unaryPlus") return a;
  if (name === "unaryMinus") return ops.neg(a);
  if (!b) return functions[name]!(a);
  if (name === "pow" && leafOf(args[1]!) === 2) return ops.square(a);
  return binary[name]!(a, b);
}
