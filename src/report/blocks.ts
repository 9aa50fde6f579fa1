/**
 * A small grey image as text, two pixels a character: `▀▄█`, or shades of grey where colour is allowed.
 *
 * @param pixels row by row, high is ink; scaled from their own smallest to their largest
 * @returns `⌈height / 2⌉` lines of `width` characters
 */
export function imageBlocks(pixels: ArrayLike<number>, width: number, height: number, color: boolean): string {
  const shade = scale(Array.from(pixels));
  const at = (x: number, y: number): number => (y < height ? shade(pixels[y * width + x] ?? 0) : 0);
  const line = (y: number): string => {
    const pairs = Array.from({ length: width }, (_, x): [number, number] => [at(x, y), at(x, y + 1)]);
    return color
      ? `${pairs.map(([a, b]) => grey(a, b)).join("")}\u001b[0m`
      : pairs.map(([a, b]) => block(a, b)).join("");
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, i) => line(2 * i)).join("\n");
}

/** Maps finite pixels to 0 … 1; a flat or a non-finite pixel to 0. */
export function scale(pixels: readonly number[]): (pixel: number) => number {
  const finite = pixels.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const span = finite.reduce((a, b) => Math.max(a, b), -Infinity) - low;
  return (pixel) => (Number.isFinite(pixel) && span > 0 ? (pixel - low) / span : 0);
}

const block = (upper: number, lower: number): string =>
  upper >= 0.5 ? (lower >= 0.5 ? "█" : "▀") : lower >= 0.5 ? "▄" : " ";

/** Greys 232 … 255 of the 256-colour palette. */
const level = (shade: number): number => 232 + Math.round(shade * 23);
const grey = (upper: number, lower: number): string => `\u001b[38;5;${level(upper)};48;5;${level(lower)}m▀`;
