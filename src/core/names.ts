import { ModelError, suggestion } from "./errors.ts";

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/** The entry of a table by a name as people write it, if there is one: `leaky-relu`, `leaky_relu` and `leakyRelu` are one. */
export const entryOf = <K extends string>(name: string, table: Readonly<Record<K, unknown>>): K | undefined =>
  typeof name === "string" ? (Object.keys(table) as K[]).find((key) => plain(key) === plain(name)) : undefined;

/**
 * The entry of a table by a name as people write it.
 *
 * @throws `option` when there is none, naming the nearest
 */
export function named<K extends string>(what: string, name: string, table: Readonly<Record<K, unknown>>): K {
  const found = entryOf(name, table);
  if (found !== undefined) return found;
  throw new ModelError({
    code: "option",
    where: what,
    given: { [what]: name },
    rule: `there is no ${what} of that name.`,
    hint: suggestion(name, Object.keys(table)),
  });
}

/**
 * Refuses options that a function does not know, which would otherwise be passed over in silence, and a number alone where
 * options belong (`adam(0.1)`).
 *
 * @throws `option` naming the first one, and the nearest that exists
 */
export function knownOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new ModelError({
      code: "option",
      where,
      given: { given: String(options) },
      rule: "options are an object, each with its name.",
      hint: `write { ${known[0]}: … }`,
    });
  const odd = Object.keys(options).find((key) => !known.includes(key));
  if (odd === undefined) return;
  throw new ModelError({
    code: "option",
    where,
    given: { option: odd },
    rule: `there is no option ${odd}.`,
    hint: suggestion(odd, known),
  });
}

/** A bound that a number must keep to. */
export interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
  readonly integer?: boolean;
}

/**
 * The number, if it keeps to the bounds.
 *
 * @throws `option` saying what is allowed
 */
export function checkedNumber(where: string, x: number, bounds: Bounds): number {
  const { least = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = bounds;
  const { most = Number.POSITIVE_INFINITY, below = Number.POSITIVE_INFINITY, integer = false } = bounds;
  const inside =
    Number.isFinite(x) &&
    x >= least &&
    (x > above || above === -Infinity) &&
    x <= most &&
    (x < below || below === Infinity);
  if (inside && (!integer || Number.isInteger(x))) return x;
  const words = [
    integer ? "a whole number" : "a number",
    least > Number.NEGATIVE_INFINITY ? `from ${least} on` : "",
    above > Number.NEGATIVE_INFINITY ? `greater than ${above}` : "",
    most < Number.POSITIVE_INFINITY ? `up to ${most}` : "",
    below < Number.POSITIVE_INFINITY ? `less than ${below}` : "",
  ];
  throw new ModelError({
    code: "option",
    where,
    given: { given: typeof x === "number" ? x : (JSON.stringify(x) ?? String(x)) },
    rule: `must be ${words.filter(Boolean).join(" ")}.`,
  });
}
