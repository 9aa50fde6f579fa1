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
    if (this.#end + 5 > this.#buffer.length) this.#room(5);
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.#buffer[this.#end++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#end++] = rest;
    return this;
  }

  /** A byte and a number in unsigned LEB128: an opcode with its operand, or a prefix with its opcode. */
  code(byte: number, value: number): this {
    if (this.#end + 2 > this.#buffer.length) this.#room(2);
    this.#buffer[this.#end++] = byte;
    if (value >= 0x80) return this.u32(value);
    this.#buffer[this.#end++] = value;
    return this;
  }

  /** Signed LEB128 of a 32-bit integer. */
  s32(value: number): this {
    if (this.#end + 5 > this.#buffer.length) this.#room(5);
    let rest = value | 0;
    for (; rest < -64 || rest > 63; rest >>= 7) this.#buffer[this.#end++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#end++] = rest & 0x7f;
    return this;
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

  /** Other bytes as they stand at present. */
  all(inner: Bytes): this {
    return this.raw(inner.#buffer.subarray(0, inner.#end));
  }

  /** A length, then the bytes. */
  sized(inner: Bytes): this {
    return this.u32(inner.length).all(inner);
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).raw(bytes);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#end);
  }
}
