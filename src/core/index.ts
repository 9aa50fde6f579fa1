export { type Code, codes } from "./codes.ts";
export { locate, ModelError, nearest, type Problem, suggestion } from "./errors.ts";
export { fold, type Key, key, normal, permutation, split, uniform } from "./random.ts";
export { type Shape, sameShape, show, size } from "./shape.ts";
export type { Task } from "./task.ts";
export { type DType, isNested, type Nested, type NumberArray, Tensor, type TensorData, tensor } from "./tensor.ts";
export { fillLeaves, leaves, mapLeaves, paths, type Tree } from "./tree.ts";
