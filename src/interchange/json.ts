import { ModelError } from "../core/errors.ts";

/**
 * What a JSON text says.
 *
 * @param where what to call the text in messages: a path
 * @throws `file-empty`; `file-format` with line and column of the first thing that is wrong
 */
export function parseJson(where: string, text: string): unknown {
  const plain = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(plain);
  } catch {
    if (plain.trim() === "") throw new ModelError({ code: "file-empty", where, rule: "the file is empty." });
    const at = faultIn(plain);
    const before = plain.slice(0, at).split("\n");
    const rest = plain.slice(at).split("\n", 1)[0]!;
    throw new ModelError({
      code: "file-format",
      where: `${where} line ${before.length}, column ${before.at(-1)!.length + 1}`,
      given: rest ? { found: rest.length > 40 ? `${rest.slice(0, 40)} …` : rest } : {},
      rule: at < plain.length ? "this is not valid JSON from here on." : "the JSON ends here, before it is complete.",
    });
  }
}

const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
const word = /"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const mark = { "[": /\[/y, "]": /\]/y, "{": /\{/y, "}": /\}/y, ":": /:/y, ",": /,/y };

/** Where a text stops being JSON: JSON.parse does not always say. */
function faultIn(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    while (" \t\n\r".includes(text[at] ?? "x")) at++;
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const items = (item: () => boolean, close: RegExp): boolean => {
    if (take(close)) return true;
    while (item()) {
      if (take(close)) return true;
      if (!take(mark[","])) return false;
    }
    return false;
  };
  const entry = (): boolean => take(word) && take(mark[":"]) && value();
  const value = (): boolean => {
    if (take(mark["["])) return items(value, mark["]"]);
    if (take(mark["{"])) return items(entry, mark["}"]);
    return take(scalar) || take(word);
  };
  if (value()) take(/$/y);
  return at;
}
