import { ModelError } from "./errors.ts";
import { isShape, type Shape, show, size } from "./shape.ts";

/** What the elements are. The precision of real numbers (f64 or f32) is chosen when a program is compiled. */
export type DType = "real" | "integer" | "boolean";

export type TensorData = Float64Array | Float32Array | Int32Array | Uint8Array;

/** Zeros, kept as those numbers are. */
export const zerosLike = <T extends TensorData>(like: T, length: number): T =>
  new (like.constructor as new (length: number) => T)(length);

/** Rectangular nests of plain numbers or booleans: `[[1, 2], [3, 4]]` is a matrix. */
export type Nested = number | boolean | readonly Nested[];

/**
 * Numbers with a shape, stored row-major: what goes into and comes out of every program. Immutable: an engine that has read
 * the numbers need not read them again, so whoever has new ones makes a new tensor.
 */
export class Tensor {
  readonly shape: Shape;
  readonly data: TensorData;
  readonly dtype: DType;

  constructor(shape: Shape, data: TensorData, dtype: DType = dtypeOf(data)) {
    if (!isShape(shape)) throw shapeless("tensor(data, shape)", shape);
    if (data.length !== size(shape))
      throw new ModelError({
        code: "shape-size",
        where: "tensor(data, shape)",
        given: { shape, numbers: data.length },
        rule: `a tensor of shape ${show(shape)} holds ${size(shape)} numbers, not ${data.length}.`,
      });
    this.shape = shape;
    this.data = data;
    this.dtype = dtype;
  }

  /** The numbers as nested arrays; a scalar as a number. Booleans come back as booleans. */
  toArray(): Nested {
    const element = this.dtype === "boolean" ? (i: number) => this.data[i] !== 0 : (i: number) => this.data[i]!;
    const nest = (axis: number, offset: number): Nested => {
      if (axis === this.shape.length) return element(offset);
      const step = size(this.shape.slice(axis + 1));
      return Array.from({ length: this.shape[axis]! }, (_, i) => nest(axis + 1, offset + i * step));
    };
    return nest(0, 0);
  }

  /** The number of a tensor that holds just one. */
  item(): number {
    if (this.data.length === 1) return this.data[0]!;
    throw new ModelError({
      code: "shape-size",
      where: "item()",
      given: { shape: this.shape },
      rule: `item() reads a tensor of one number; this one holds ${this.data.length}.`,
    });
  }
}

/** What is no shape at all. */
export const shapeless = (where: string, shape: Shape): ModelError =>
  new ModelError({
    code: "shape-size",
    where,
    given: { shape },
    rule: "a shape is a list of sizes, whole numbers from 0 on.",
  });

export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

const dtypeOf = (data: TensorData): DType =>
  data instanceof Int32Array ? "integer" : data instanceof Uint8Array ? "boolean" : "real";

/** Typed arrays that hold numbers. */
export type NumberArray = TensorData | Int8Array | Uint8ClampedArray | Int16Array | Uint16Array | Uint32Array;

/**
 * A tensor from plain data.
 *
 * @param data  nested arrays, a flat array or typed array with `shape`, or a number. Float64Array and Float32Array hold
 *              real numbers, the integer arrays integers; plain numbers are real, plain booleans boolean.
 * @param shape sizes along each axis; left out, it is read off the nesting
 * @throws `shape-ragged` when rows differ in length, `shape-size` when data and shape disagree, `dtype` for 64-bit integers
 *         and whatever is no number
 */
export function tensor(data: Nested | NumberArray, shape?: Shape): Tensor {
  if (ArrayBuffer.isView(data)) return new Tensor(shape ?? [data.length], stored(data));
  const found = nestedShape(data);
  const flat = flatten(data);
  const boolean = flat.length > 0 && flat.every((x) => typeof x === "boolean");
  const numbers = boolean ? Uint8Array.from(flat, Number) : Float64Array.from(flat, Number);
  return new Tensor(shape ?? found, numbers, boolean ? "boolean" : "real");
}

function flatten(data: Nested): (number | boolean)[] {
  if (typeof data === "number" || typeof data === "boolean") return [data];
  if (Array.isArray(data)) return data.flatMap(flatten);
  const odd: unknown = data;
  const kind = typeof odd === "object" ? (odd?.constructor.name ?? "null") : typeof odd;
  throw new ModelError({
    code: "dtype",
    where: "tensor(data)",
    given: { given: kind === "string" ? `"${odd}"` : kind },
    rule: "what is computed with must be numbers, alone or in nested arrays.",
    ...(kind === "Value" && { hint: "stack([a, b]) makes an array of traced values." }),
  });
}

/** A uint8 array from outside holds numbers (pixels, say); only inside a `Tensor` does it hold booleans. */
function stored(data: NumberArray | BigInt64Array | BigUint64Array): TensorData {
  if (data instanceof Float64Array || data instanceof Float32Array || data instanceof Int32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    throw new ModelError({
      code: "dtype",
      where: "tensor(data)",
      given: { data: data.constructor.name },
      rule: "integers have 32 bits here.",
      hint: "convert with Int32Array.from(data, Number), or Float64Array.from(data, Number) for large ones.",
    });
  return data instanceof Uint32Array ? Float64Array.from(data) : Int32Array.from(data);
}

function nestedShape(data: Nested): Shape {
  if (!Array.isArray(data)) return [];
  const shapes = Array.from(data as readonly Nested[], nestedShape);
  const first = shapes[0] ?? [];
  const odd = shapes.findIndex((s) => show(s) !== show(first));
  if (odd === -1) return [data.length, ...first];
  throw new ModelError({
    code: "shape-ragged",
    where: "tensor(data)",
    given: { "row 0": first, [`row ${odd}`]: shapes[odd]! },
    rule: "all rows of nested arrays must have the same shape.",
  });
}

/** True for a number, a boolean, or nested arrays that hold nothing else. */
export function isNested(x: unknown): x is Nested {
  if (typeof x === "number" || typeof x === "boolean") return true;
  return Array.isArray(x) && x.length > 0 && x.every(isNested);
}
