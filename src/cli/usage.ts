import type { Command, CommanderError } from "commander";
import { nearest, suggestion } from "../core/index.ts";

/** What is wrong with a command line, in the form of every other message: what, how to mend it, where to read more. */
export function usageMessage(gradus: Command, args: readonly string[], { code, message }: CommanderError): string {
  const command = gradus.commands.find((each) => each.name() === args[0]) ?? gradus;
  const where = command === gradus ? "gradus" : `gradus ${command.name()}`;
  const [rule, hint] = rephrased(command, code, /'([^']*)'/.exec(message)?.[1] ?? "") ?? [
    message.replace(/^error: /, ""),
  ];
  return [`${where}: ${rule}`, ...(hint ? [`  hint   ${hint}`] : []), `  see    ${where} --help`, ""].join("\n");
}

function rephrased(
  command: Command,
  code: string,
  quoted: string,
): [rule: string, hint?: string | undefined] | undefined {
  const values = command.registeredArguments.map((each) => `<${each.name()}>`).join(" ");
  const names = command.commands.map((each) => each.name());
  switch (code) {
    case "commander.unknownOption":
      return [`there is no flag ${quoted}.`, similarFlag(command, quoted) ?? formulaInBrackets(command, quoted)];
    case "commander.unknownCommand":
      return [`there is no command ${quoted}.`, suggestion(quoted, names)];
    case "commander.optionMissingArgument":
      return [`${quoted.split(" ")[0]} needs a value: ${quoted}.`];
    case "commander.missingArgument":
      return [`<${quoted}> is missing.`];
    case "commander.excessArguments":
      return [
        `there are more words than ${values || "this command"} can take.`,
        "put quotes around a name with blanks",
      ];
    default:
      return undefined;
  }
}

/** A formula may begin with a minus. */
const formulaInBrackets = (command: Command, typed: string): string | undefined =>
  command.name() === "explain" && !typed.startsWith("--")
    ? `a formula that begins with a minus stands in brackets: "(${typed})"`
    : undefined;

const bare = (flag: string): string => flag.replace(/^-+/, "");

/** The nearest flag; not one that is merely the beginning of what was typed (`--dropout` is not `--drop`). */
function similarFlag(command: Command, typed: string): string | undefined {
  const flags = [...command.options.map((option) => option.long ?? ""), "--help"].filter(Boolean).map(bare);
  const near = nearest(bare(typed).replaceAll("_", "-"), flags);
  if (near === undefined || bare(typed).length - near.length > 2) return undefined;
  return `did you mean --${near}?`;
}
