/** A place in a text, and the number that was found there. */
export interface Cursor {
  readonly text: string;
  at: number;
  value: number;
}

const tens = Array.from({ length: 23 }, (_, k) => 10 ** k);

/** 15 digits are always below 2⁵³, so that they are held exactly. */
const mostDigits = 15;

/**
 * Reads a decimal number without making a string of it, and moves the cursor behind it.
 *
 * Up to 15 digits make a mantissa that float64 holds exactly, and so does 10ᵏ for k ≤ 22; their product or quotient is
 * rounded once, hence correctly, and equals what `Number` gives (Clinger 1990). Any other number is left alone.
 *
 * @returns false when there is none, or one that takes more care; the cursor then is where it was
 */
export function readDecimal(cursor: Cursor): boolean {
  const { text } = cursor;
  let at = cursor.at;
  let code = text.charCodeAt(at);
  const negative = code === 0x2d;
  if (negative || code === 0x2b) code = text.charCodeAt(++at);
  const start = at;
  let mantissa = 0;
  for (; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at)) mantissa = mantissa * 10 + (code - 0x30);
  let digits = at - start;
  let exponent = 0;
  if (code === 0x2e) {
    const point = at;
    code = text.charCodeAt(++at);
    for (; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at)) mantissa = mantissa * 10 + (code - 0x30);
    exponent = point + 1 - at;
    digits += -exponent;
  }
  if (digits === 0 || digits > mostDigits) return false;
  if ((code | 0x20) === 0x65) {
    code = text.charCodeAt(++at);
    const down = code === 0x2d;
    if (down || code === 0x2b) code = text.charCodeAt(++at);
    const from = at;
    let power = 0;
    for (; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at)) power = power * 10 + (code - 0x30);
    if (at === from || at - from > 3) return false;
    exponent += down ? -power : power;
  }
  if (exponent < -22 || exponent > 22) return false;
  const value = exponent < 0 ? mantissa / tens[-exponent]! : mantissa * tens[exponent]!;
  cursor.value = negative ? -value : value;
  cursor.at = at;
  return true;
}
