import "./methods.ts";

export * from "./arithmetic.ts";
export { isLoop, type Loop, roles } from "./bodies.ts";
export { repeat, type ScanOptions } from "./control.ts";
export { type CustomRule, custom, customOp, expand } from "./custom.ts";
export { addOp, type Binary, cast, castOp, type Example, examples, type Unary } from "./define.ts";
export * from "./elementwise.ts";
export { identity, oneHot, range, scatterAdd, take } from "./indexing.ts";
export { matmul } from "./matmul.ts";
export { broadcastTo, flip, reshape, sumTo, transpose } from "./movement.ts";
export { concat, pad, type Range, slice, stack } from "./parts.ts";
export { foldKey, keyValue, randomBernoulli, randomBits, randomNormal, randomUniform } from "./random.ts";
export * from "./reduce.ts";
export { scan, scanOp } from "./scan.ts";
