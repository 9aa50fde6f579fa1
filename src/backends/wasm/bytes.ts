/** A number on its way, as bytes. */
const allEight = new Uint8Array(8);
const firstFour = allEight.subarray(0, 4);
const number = new DataView(allEight.buffer);

/** Bytes of a module in the making, with the encodings of the WebAssembly binary format. */
export class Bytes {
  #buffer = new Uint8Array(64);
  #end = 0;

  get length(): number {
    return this.#end;
  }

  #room(n: number): void {
    if (this.#end + n <= this.#buffer.length) return;
    const larger = new Uint8Array(2 * (this.#end + n));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }

  byte(value: number): this {
    if (this.#end === this.#buffer.length) this.#room(1);
    this.#buffer[this.#end++] = value;
    return this;
  }

  bytes(...values: readonly number[]): this {
    return this.raw(values);
  }

  /** Unsigned LEB128. */
  u32(value: number): this {
    if (value >= 0 && value < 0x80) return this.byte(value);
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    return this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer. */
  s32(value: number): this {
    let rest = value | 0;
    if (rest >= -64 && rest <= 63) return this.byte(rest & 0x7f);
    for (; rest < -64 || rest > 63; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    return this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of a 64-bit integer. */
  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    for (; rest < -64n || rest > 63n; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    return this.byte(Number(rest & 0x7fn));
  }

  f32(value: number): this {
    number.setFloat32(0, value, true);
    return this.raw(firstFour);
  }

  f64(value: number): this {
    number.setFloat64(0, value, true);
    return this.raw(allEight);
  }

  raw(bytes: ArrayLike<number>): this {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
    return this;
  }

  /** A length, then the bytes. */
  sized(inner: Bytes): this {
    return this.u32(inner.length).raw(inner.done());
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).raw(bytes);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#end);
  }
}
