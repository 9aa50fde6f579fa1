import { size } from "../core/shape.ts";
import type { Line, Program } from "../graph/program.ts";
import { constantOp } from "../graph/value.ts";

/** What moves, repeats or picks numbers, or changes their kind or sign, and computes nothing by itself. */
const free: ReadonlySet<string> = new Set([
  ...[
    "broadcastTo",
    "reshape",
    "transpose",
    "slice",
    "embed",
    "flip",
    "concat",
    "take",
    "oneHot",
    "cast",
    "where",
    "neg",
  ],
]);

/**
 * Scalar operations of a program. The rule: each elementary operation on numbers counts once for each number that it
 * gives (+, −, ·, ÷, a power, a function, a comparison alike); a sum of n numbers counts n − 1, a product of matrices
 * `[n, k]`·`[k, m]` counts n·m·(2k − 1); constants, what only moves numbers, and a change of sign count nothing.
 */
export const operations = ({ lines, types }: Program): number =>
  lines.reduce((total, line) => total + cost(line, types), 0);

function cost({ op, inputs, outputs, params, body }: Line, types: Program["types"]): number {
  if (op === constantOp || free.has(op.name)) return 0;
  if (body) return operations(body) * (params["length"] as number);
  const given = inputs.map((x) => types[x]!);
  const made = outputs.reduce<number>((n, y) => n + (y === null ? 0 : size(types[y]!.shape)), 0);
  if (op.name === "matmul") return made * (2 * given[0]!.shape.at(-1)! - 1);
  if (op.name === "sumTo" || op.name === "max" || op.name === "min") return size(given[0]!.shape) - made;
  return made;
}
