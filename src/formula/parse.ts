import {
  type ConstantNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  parse,
  type SymbolNode,
} from "mathjs/number";
import { ModelError, suggestion } from "../core/errors.ts";
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
export function parseFormula(text: string): Formula {
  const tree = syntaxOf(text);
  const names: string[] = [];
  tree.traverse((node, path) => {
    const name = isSymbol(node) && path !== "fn" ? node.name : null;
    if (name !== null && !(name in constants) && !names.includes(name)) names.push(name);
  });
  verify(text, tree);
  return { text, names, tree, f: (x) => value(tree, x) };
}

function syntaxOf(text: string): MathNode {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(text, `it cannot be read: ${reason}.`, "write for example sqrt(x^2 + exp(x^2)).");
  }
}

const refused = (text: string, rule: string, hint?: string): ModelError =>
  new ModelError({ code: "formula", where: "formula", given: { formula: text }, rule, ...(hint && { hint }) });

const isSymbol = (node: MathNode): node is SymbolNode => node.type === "SymbolNode";
const isConstant = (node: MathNode): node is ConstantNode<number> => node.type === "ConstantNode";
const isOperator = (node: MathNode): node is OperatorNode<never, never, MathNode[]> => node.type === "OperatorNode";
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
function verify(text: string, node: MathNode): void {
  const leaf = leafOf(node);
  const isText = isConstant(node) && typeof node.value !== "number";
  if (leaf !== null && !isText) return;
  const operation = operationOf(node);
  if (!operation) throw refused(text, `${node.toString()} has no derivative here: it is no formula of numbers.`);
  const { name, args } = operation;
  const known = args.length === 1 ? name in functions || isSign(name) : args.length === 2 && name in binary;
  if (!known) throw refused(text, `there is no function ${name} of ${args.length} numbers.`, nearest(name));
  for (const arg of args) verify(text, arg);
}

const isSign = (name: string): boolean => name === "unaryMinus" || name === "unaryPlus";
const nearest = (name: string): string => suggestion(name, [...Object.keys(functions), "max", "min", "pow"]);

/** The value of a node; a power with a small whole exponent is written as what it is. */
function value(node: MathNode, x: Readonly<Record<string, Value>>): Value {
  const leaf = leafOf(node);
  if (typeof leaf === "number") return lift(leaf);
  if (typeof leaf === "string") return x[leaf] ?? lift(constants[leaf]!);
  const { name, args } = operationOf(node)!;
  const [a, b] = args.map((arg) => value(arg, x)) as [Value, Value?];
  if (name === "unaryPlus") return a;
  if (name === "unaryMinus") return ops.neg(a);
  if (!b) return functions[name]!(a);
  if (name === "pow" && leafOf(args[1]!) === 2) return ops.square(a);
  return binary[name]!(a, b);
}
