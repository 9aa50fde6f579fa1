import { size } from "../../core/shape.ts";
import { Tensor, type TensorData } from "../../core/tensor.ts";
import type { Block } from "../../graph/value.ts";
import { gather } from "../../ops/strided.ts";
import type { HostLine, Place } from "./assembly.ts";
import { isWhole } from "./views.ts";

/** The memory of a program, as the host reads and writes it. */
export class Store {
  readonly #buffer: ArrayBuffer;
  readonly #realBytes: 4 | 8;

  constructor(buffer: ArrayBuffer, realBytes: 4 | 8) {
    this.#buffer = buffer;
    this.#realBytes = realBytes;
  }

  /** The numbers from an address on: integers as such, everything else in the program's precision. */
  numbers(at: number, length: number, dtype: Block["dtype"]): Float64Array | Float32Array | Int32Array {
    if (dtype === "integer") return new Int32Array(this.#buffer, at, length);
    return this.#realBytes === 8
      ? new Float64Array(this.#buffer, at, length)
      : new Float32Array(this.#buffer, at, length);
  }

  /** What reads a place. */
  reader(place: Place): () => Tensor {
    const { address, shape, dtype } = place;
    if (!isWhole(place)) return () => new Tensor(shape, this.#stored(this.#block(place)), dtype);
    const numbers = this.numbers(address, size(shape), dtype);
    if (dtype === "boolean") return () => new Tensor(shape, Uint8Array.from(numbers), dtype);
    return () => new Tensor(shape, numbers.slice(), dtype);
  }

  /** Float64 as the kind of numbers that leaves the program. */
  #stored({ dtype, data }: { dtype: Block["dtype"]; data: Float64Array<ArrayBuffer> }): TensorData {
    if (dtype === "integer") return Int32Array.from(data);
    if (dtype === "boolean") return Uint8Array.from(data);
    return this.#realBytes === 8 ? data : Float32Array.from(data);
  }

  /** The elements of a place in order, as float64. */
  #block({ address, length, dtype, shape, strides, offset }: Place): Block & { data: Float64Array<ArrayBuffer> } {
    const whole = this.numbers(address, length, dtype);
    const data = new Float64Array(size(shape));
    gather(whole, { shape, strides, offset }, data);
    return { shape, dtype, data };
  }

  /** A line by its reference rule. */
  evaluate({ op, params, inputs, outputs }: HostLine): void {
    const made = outputs.map((place) => place && { ...place, data: new Float64Array(place.length) });
    op.evaluate!(
      inputs.map((place) => this.#block(place)),
      made,
      params,
    );
    for (const out of made) if (out) this.numbers(out.address, out.length, out.dtype).set(out.data);
  }
}
