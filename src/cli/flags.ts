import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { ModelError, suggestion } from "../core/index.ts";
import { type Bounds, checkedNumber, named } from "../core/names.ts";

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

/** A name out of a table. */
export const name =
  <K extends string>(what: string, table: Readonly<Record<K, unknown>>) =>
  (text: string): K =>
    named(what, text, table);

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

export const list = (text: string): string[] => text.split(",").map((part) => part.trim());

/** An option with its parser, and other names for it. */
export function flag<T>(
  command: Command,
  flags: string,
  description: string,
  parse: (text: string) => T,
  aliases: readonly string[] = [],
): void {
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

/** The flags that every command has. */
export const everywhere = (command: Command): Command =>
  command
    .option("--json", "print one JSON object on standard output, nothing else there")
    .option("--quiet", "print nothing but results and errors")
    .option("--no-color", "no colours (NO_COLOR is heeded, too)");

/**
 * A JSON file.
 *
 * @throws `file-missing`, `file-format` with line and column
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ModelError({
      code: error.code === "EISDIR" ? "file-directory" : "file-missing",
      where: path,
      rule: error.code === "ENOENT" ? "there is no such file." : `this file cannot be read (${error.code}).`,
    });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    const before = text.slice(0, at).split("\n");
    throw new ModelError({
      code: "file-format",
      where: `${path} line ${before.length}, column ${before.at(-1)!.length + 1}`,
      rule: "this is not valid JSON from here on.",
    });
  }
}
