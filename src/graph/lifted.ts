import { isNested, Tensor, tensor } from "../core/tensor.ts";
import { mapLeaves } from "../core/tree.ts";
import { isValue, lift, type Operand, type Value } from "./value.ts";

/** Numbers as people hold them: one, nested arrays of them, a typed array, a tensor. */
export type PlainData = Exclude<Operand, Value>;

/** Plain data or a traced value: what may stand at a leaf of an argument. */
export type Data = Operand;

/** A tree of plain data as the traced function sees it: a value at every leaf. */
export type Lifted<T> = T extends Data ? Value : T extends object ? { [K in keyof T]: Lifted<T[K]> } : T;

export const isData = (x: unknown): x is Data =>
  isValue(x) || x instanceof Tensor || (ArrayBuffer.isView(x) && !(x instanceof DataView)) || isNested(x);

/** The numbers of plain data. */
export const tensorOf = (x: PlainData): Tensor => (x instanceof Tensor ? x : tensor(x));

/** The tree with plain data at its leaves made constants. */
export const liftTree = <T>(tree: T): Lifted<T> =>
  mapLeaves(tree, isData, (x) => (isValue(x) ? x : lift(tensorOf(x)))) as Lifted<T>;
