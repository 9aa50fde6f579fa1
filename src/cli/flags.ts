import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { ModelError, suggestion } from "../core/index.ts";
import { type Bounds, checkedNumber, named } from "../core/names.ts";
import { parseJson } from "../interchange/index.ts";

/** Reads a flag's number and keeps it to its bounds. */
export const number =
  (flag: string, bounds: Bounds) =>
  (text: string): number => {
    const x = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(x)) return checkedNumber(flag, x, bounds);
    throw new ModelError({
      code: "option",
      where: flag,
      given: { given: text },
      rule: `must be ${bounds.integer ? "a whole number" : "a number"}.`,
    });
  };

/** Sizes of hidden layers: `100,30`, or `none`. */
export function sizes(text: string): number[] {
  if (text.trim().toLowerCase() === "none") return [];
  return text.split(",").map((part) => {
    const units = part.trim() === "" ? Number.NaN : Number(part);
    if (Number.isInteger(units) && units >= 1) return units;
    throw new ModelError({
      code: "option",
      where: "--hidden",
      given: { given: text },
      rule: `the size of a hidden layer must be a whole number from 1 on, not ${JSON.stringify(part.trim())}.`,
      hint: "write --hidden 100,30 for two layers, --hidden none for no hidden layer.",
    });
  });
}

/** Reads a flag's value; what is wrong with it is said of the flag. */
export const reading =
  <T>(flag: string, read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw error instanceof ModelError ? new ModelError({ ...error.problem, where: flag }) : error;
    }
  };

/** A name out of a table. */
export const name = <K extends string>(
  flag: string,
  what: string,
  table: Readonly<Record<K, unknown>>,
): ((text: string) => K) => reading(flag, (text) => named(what, text, table));

/** One of a few words. */
export const choice =
  <K extends string>(flag: string, allowed: readonly K[]) =>
  (text: string): K => {
    const found = allowed.find((word) => word === text.toLowerCase());
    if (found !== undefined) return found;
    throw new ModelError({
      code: "option",
      where: flag,
      given: { given: text },
      rule: `must be one of ${allowed.join(", ")}.`,
      hint: suggestion(text, allowed),
    });
  };

/** Names under a heading, in lines of at most 80 columns. */
export function listed(heading: string, table: object): string {
  const lines = [`${heading}:`];
  for (const name of Object.keys(table)) {
    const line = `${lines.at(-1)} ${name},`;
    if (line.length <= 80) lines[lines.length - 1] = line;
    else lines.push(`  ${name},`);
  }
  return lines.join("\n").replace(/,$/, "");
}

export const list = (text: string): string[] => text.split(",").map((part) => part.trim());

/**
 * An option with its parser, and other names for it. Given twice, under whatever name, it is refused: which of two
 * values counts would be a guess.
 */
export function flag<T>(
  command: Command,
  flags: string,
  description: string,
  read: (text: string) => T,
  aliases: readonly string[] = [],
): void {
  let before: string | undefined;
  const parse = (text: string): T => {
    if (before !== undefined) throw givenTwice([flags.split(" ")[0]!, ...aliases], before, text);
    before = text;
    return read(text);
  };
  command.addOption(new Option(flags, description).argParser(parse));
  const key = new Option(flags).attributeName();
  const placeholder = flags.split(" ").at(-1);
  for (const alias of aliases) {
    command.addOption(new Option(`${alias} ${placeholder}`).argParser(parse).hideHelp());
    command.on(`option:${alias.replace(/^--/, "")}`, () =>
      command.setOptionValue(key, command.getOptionValue(new Option(alias).attributeName())),
    );
  }
}

const givenTwice = ([flag, ...aliases]: readonly string[], first: string, second: string): ModelError =>
  new ModelError({
    code: "option",
    where: flag!,
    given: { first, second },
    rule: `is given twice${aliases.length > 0 ? ` (${aliases.join(", ")} is the same flag)` : ""}.`,
    hint: "give one value",
  });

/** The flags that every command has. */
export const everywhere = (command: Command): Command =>
  command
    .optionsGroup("Output:")
    .option("--json", "print one JSON object on standard output, nothing else there")
    .option("--quiet", "print nothing but results and errors")
    .option("--no-color", "no colours (so does NO_COLOR in the environment)")
    .option("--portable", "leave the flags of V8 alone: slower products, see docs/performance.md");

/**
 * A JSON file.
 *
 * @throws `file-missing`, `file-format` with line and column
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const folder = error.code === "EISDIR";
    throw new ModelError({
      code: folder ? "file-directory" : "file-missing",
      where: path,
      rule: error.code === "ENOENT" ? "there is no such file." : `this file cannot be read (${error.code}).`,
      ...(folder && { hint: `name the run file in it: ${path.replace(/[/\\]+$/, "")}/run.json` }),
    });
  });
  return parseJson(path, text);
}
