/**
 * A measured number to so many significant digits: `0.001234`, `1.235e-7`, `12.35`; integers below a million in full.
 *
 * @param x      the number
 * @param digits significant digits, 4 when left out
 * @returns the number in words; `NaN`, `∞` and `-∞` as such
 */
export function significant(x: number, digits = 4): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "-∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x === 0 ? 0 : x);
  const rounded = Number(x.toPrecision(digits));
  if (Math.abs(rounded) < 1e-4 || Math.abs(rounded) >= 1e6) return tidy(x.toExponential(digits - 1));
  if (Math.abs(rounded) >= 10 ** (digits - 1)) return x.toFixed(0);
  return x.toPrecision(digits);
}

/** A measured figure by its name: an accuracy to four decimals, any other to four digits. */
export const figure = (name: string, x: number): string =>
  name === "accuracy" && Number.isFinite(x) ? x.toFixed(4) : significant(x);

/** `1.000e+7` → `1e7`. */
const tidy = (text: string): string => text.replace(/\.?0*e\+?/, "e");

/** A number or a dash where there is none. */
export const orDash = (x: number | null | undefined): string => (x === null || x === undefined ? "–" : significant(x));

/**
 * A time in words.
 *
 * @param seconds the time in seconds
 * @returns `320 µs`, `3.2 ms`, `1.2 s`, `2:05`, `1:02:05`; `?` when it is not known
 */
export function duration(seconds: number): string {
  if (seconds === Infinity) return "∞";
  if (Number.isNaN(seconds) || seconds < 0) return "?";
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995e-3) return `${short(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${short(seconds * 1e3)} ms`;
  if (seconds < 59.95) return `${short(seconds)} s`;
  return clock(Math.round(seconds));
}

/** One decimal below 10 and for seconds, none above 100. */
const short = (x: number): string => (x < 99.95 ? x.toFixed(1) : x.toFixed(0));

function clock(seconds: number): string {
  const two = (x: number): string => String(x).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const tail = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${tail}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${tail}`;
}

/** A rate in three digits at most: `87`, `1.4k`, `142k`, `3.1M`. */
export function compact(x: number): string {
  if (!Number.isFinite(x)) return significant(x);
  const unit = [
    { size: 1e9, letter: "G" },
    { size: 1e6, letter: "M" },
    { size: 1e3, letter: "k" },
  ].find(({ size }) => Math.abs(x) >= size);
  if (unit === undefined) return x.toFixed(0);
  const scaled = x / unit.size;
  return `${scaled < 9.95 ? scaled.toFixed(1) : scaled.toFixed(0)}${unit.letter}`;
}

/** An integer with thin spaces between its thousands, from five digits on (ISO 80000-1). */
export const grouped = (n: number): string =>
  Math.abs(n) < 1e4 ? String(n) : String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** A share of few things, such as a recall, to three decimals; a dash where there is none. */
export const share = (x: number | null): string => (x === null ? "–" : x.toFixed(3));
