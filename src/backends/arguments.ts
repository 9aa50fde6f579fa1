import { ModelError } from "../core/errors.ts";
import { sameShape, show } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { showType, type Type } from "../graph/value.ts";

/**
 * Compares arguments with what a program was compiled for.
 *
 * @throws `program-type` naming the first that has another shape or kind of numbers
 */
export function checkArguments(expected: readonly Type[], given: readonly Tensor[]): void {
  for (const [i, type] of expected.entries()) {
    const { shape, dtype } = given[i]!;
    if (sameShape(shape, type.shape) && dtype === type.dtype) continue;
    throw new ModelError({
      code: "program-type",
      where: `argument ${i + 1}`,
      given: { expected: showType(type), given: `${dtype}${show(shape)}` },
      rule: "the program was compiled for another shape or kind of numbers.",
    });
  }
}
