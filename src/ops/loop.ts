import { ModelError } from "../core/errors.ts";
import { close } from "../graph/closure.ts";
import { apply, type Op, type Params, showType, type Type, type Value } from "../graph/value.ts";
import { type Loop, loopName, loopOf, roles } from "./bodies.ts";

const stacked = (length: number, { shape, dtype }: Type): Type => ({ shape: [length, ...shape], dtype });

/** A loop that nobody differentiates, as the epochs of a training are: the rules for its derivatives are the most of its code. */
export const repeatOp: Op = {
  name: loopName,
  type: loopType,
  jvp() {
    throw new ModelError({
      code: "autodiff-not-linear",
      where: "repeat",
      rule: "this loop has no derivative.",
      hint: "write it with scan, which has one.",
    });
  },
};

function loopType(inputs: readonly Type[], params: Params): Type[] {
  const loop = loopOf(params);
  const { body, carries, length } = loop;
  const { constants, carries: first, xs } = roles(loop, body.inputs);
  const wanted = [...constants, ...first, ...xs.map((x) => stacked(length, x))].map(showType);
  const last = body.outputs.slice(0, carries);
  const is = [...inputs, ...last].map(showType).join();
  const should = [...wanted, ...first.map(showType)].join();
  if (is !== should)
    throw new ModelError({
      code: "program-type",
      where: "scan",
      given: { given: is, expected: should },
      rule: "a loop must be given what its body takes, and its body must give back a carry like the one it took.",
    });
  return [
    ...last.map(({ shape, dtype }) => ({ shape, dtype })),
    ...body.outputs.slice(carries).map((y) => stacked(length, y)),
    ...last.map((c) => stacked(length, c)),
  ];
}

/** Applies a loop whose body may use values from outside: they become further constants. */
export function applyLoop(
  op: Op,
  { constants, carries, length, backwards }: Omit<Loop, "body">,
  inside: readonly Value[],
  outputs: readonly Value[],
  outside: readonly Value[],
): readonly Value[] {
  const { body, captured } = close(inside, outputs);
  const params: Loop = { body, constants: constants + captured.length, carries, length, backwards };
  return apply(op, [...captured, ...outside], params as unknown as Params);
}
