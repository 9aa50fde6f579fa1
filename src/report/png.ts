/**
 * A grey image as a PNG in a `data:` address: no compression, so no library; right for small pictures.
 *
 * @param levels row by row, 0 black … 255 white
 * @see PNG (W3C, third edition), 5 Datastream structure; RFC 1950 and 1951 for the stored zlib stream
 */
export function greyPng(levels: ArrayLike<number>, width: number, height: number): string {
  const lines = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + x + 1] = levels[y * width + x] ?? 255;
  const header = [...word(width), ...word(height), 8, 0, 0, 0, 0];
  const bytes = [
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", header),
    ...chunk("IDAT", stored(lines)),
    ...chunk("IEND", []),
  ];
  return `data:image/png;base64,${btoa(bytes.map((b) => String.fromCharCode(b)).join(""))}`;
}

const word = (x: number): number[] => [(x >>> 24) & 255, (x >>> 16) & 255, (x >>> 8) & 255, x & 255];

function chunk(name: string, data: readonly number[]): number[] {
  const body = [...Array.from(name, (c) => c.charCodeAt(0)), ...data];
  return [...word(data.length), ...body, ...word(crc(body))];
}

/** A zlib stream of stored blocks, 65535 bytes each at most. */
function stored(data: Uint8Array): number[] {
  const out = [0x78, 0x01];
  for (let from = 0; from === 0 || from < data.length; from += 65535) {
    const block = data.subarray(from, from + 65535);
    const n = block.length;
    out.push(from + 65535 >= data.length ? 1 : 0, n & 255, n >>> 8, ~n & 255, (~n >>> 8) & 255);
    for (const byte of block) out.push(byte);
  }
  return [...out, ...word(adler(data))];
}

function adler(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function crc(bytes: readonly number[]): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}
