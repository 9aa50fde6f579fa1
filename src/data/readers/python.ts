/** What a literal of Python's stands for: the header of an NPY file is one. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

interface Reading {
  readonly text: string;
  at: number;
}

/**
 * The value of a Python literal made of strings, whole numbers, True, False, None, tuples, lists and dicts.
 *
 * @returns nothing for any other text
 */
export function pythonLiteral(text: string): Literal | undefined {
  const reading = { text: text.trim(), at: 0 };
  const value = literal(reading);
  return reading.at === reading.text.length ? value : undefined;
}

const words: Readonly<Record<string, Literal>> = { True: true, False: false, None: null };

function literal(from: Reading): Literal | undefined {
  const mark = next(from);
  if (mark === "{") return dict(from);
  if (mark === "(" || mark === "[") return list(from, mark === "(" ? ")" : "]");
  const [found] = /^(?:'[^'\\]*'|"[^"\\]*"|-?\d+L?|True|False|None)/.exec(from.text.slice(from.at)) ?? [];
  if (found === undefined) return undefined;
  from.at += found.length;
  if (found in words) return words[found];
  return /^['"]/.test(found) ? found.slice(1, -1) : Number.parseInt(found, 10);
}

/** The next character that is not a blank. */
function next(from: Reading): string | undefined {
  while (/\s/.test(from.text[from.at] ?? "")) from.at++;
  return from.text[from.at];
}

/** Whether the next character is this one, which then is read. */
function take(from: Reading, mark: string): boolean {
  if (next(from) !== mark) return false;
  from.at++;
  return true;
}

/** A tuple in brackets of one value and no comma is that value; an NPY header writes `(3,)` for the tuple. */
function list(from: Reading, close: string): Literal | undefined {
  from.at++;
  const items: Literal[] = [];
  let commas = 0;
  while (!take(from, close)) {
    const item = literal(from);
    if (item === undefined) return undefined;
    items.push(item);
    if (take(from, ",")) commas++;
    else if (next(from) !== close) return undefined;
  }
  return close === ")" && items.length === 1 && commas === 0 ? items[0] : items;
}

function dict(from: Reading): Literal | undefined {
  from.at++;
  const entries: [string, Literal][] = [];
  while (!take(from, "}")) {
    const key = literal(from);
    const value = take(from, ":") ? literal(from) : undefined;
    if (typeof key !== "string" || value === undefined) return undefined;
    entries.push([key, value]);
    if (!take(from, ",") && next(from) !== "}") return undefined;
  }
  return Object.fromEntries(entries);
}
