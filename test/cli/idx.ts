/** An IDX file of bytes: two zero bytes, the type, the number of axes, their sizes, then the bytes; zeros when left out. */
export function idx(shape: readonly number[], byte?: (i: number) => number): Uint8Array {
  const count = shape.reduce((a, b) => a * b, 1);
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => {
    head.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([head, byte ? Uint8Array.from({ length: count }, (_, i) => byte(i)) : new Uint8Array(count)]);
}
