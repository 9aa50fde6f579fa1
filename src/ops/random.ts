import { normalQuantile } from "../core/normal.ts";
import { fold, type Key, uniformAt, word } from "../core/random.ts";
import { type Shape, size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { applyOne, type Block, constant, isValue, type Operand, type Value } from "../graph/value.ts";
import { less, lessEqual } from "./arithmetic.ts";
import { cast, single } from "./define.ts";

/** A key as a traced value: two 32-bit words. */
export const keyValue = (key: Key | Value): Value =>
  isValue(key) ? key : constant(new Tensor([2], Int32Array.of(key[0] | 0, key[1] | 0)));

const keyOf = (block: Block): Key => [block.data[0]! >>> 0, block.data[1]! >>> 0];

function drawn(
  name: string,
  dtype: "real" | "integer",
  at: (key: Key, i: number) => number,
): (key: Key | Value, shape: Shape) => Value {
  const op = single({
    name,
    type: (_key, { shape }) => ({ shape: shape as Shape, dtype }),
    evaluate: ([key], out) => {
      const k = keyOf(key!);
      for (let i = 0; i < size(out.shape); i++) out.data[i] = at(k, i);
    },
    jvp: () => null,
  });
  return (key, shape) => applyOne(op, [keyValue(key)], { shape });
}

/** Random 32-bit words, as integers from −2³¹ to 2³¹ − 1. The same key always gives the same words. */
export const randomBits = drawn("randomBits", "integer", (key, i) => word(key, i) | 0);
/** Uniform numbers in (0, 1). In f32, rounding may give 1. */
export const randomUniform = drawn("randomUniform", "real", uniformAt);
/** Numbers from the standard normal distribution. */
export const randomNormal = drawn("randomNormal", "real", (key, i) => normalQuantile(uniformAt(key, i)));

/**
 * Booleans that are true with the given probability. One that is a plain number is compared with 32 random bits, which
 * takes half as many of them as a uniform number.
 */
export function randomBernoulli(key: Key | Value, shape: Shape, probability: Operand): Value {
  if (typeof probability !== "number") return less(randomUniform(key, shape), probability);
  const bits = randomBits(key, shape); // from −2³¹ to 2³¹ − 1
  return probability >= 1 ? lessEqual(bits, 2 ** 31 - 1) : less(bits, Math.round(probability * 2 ** 32) - 2 ** 31);
}

const foldOp = single({
  name: "foldKey",
  type: () => ({ shape: [2], dtype: "integer" }),
  evaluate: ([key, label], out) => {
    const [high, low] = fold(keyOf(key!), label!.data[0]! >>> 0);
    out.data.set([high | 0, low | 0]);
  },
  jvp: () => null,
});

/** An independent key for each label, where key or label is traced: `foldKey(key, step)`. */
export const foldKey = (key: Key | Value, label: Operand): Value =>
  applyOne(foldOp, [keyValue(key), cast(label, "integer")]);
