import { bySeverity, type Finding, type Series } from "../training/finding.ts";
import { significant } from "./numbers.ts";
import { sparkline } from "./sparkline.ts";
import { printable, wrapped } from "./text.ts";

const width = 80;
const indent = "  ";
/** Where the words behind a name begin. */
const under = " ".repeat(12);

/**
 * What was found wrong, for a terminal, the worst first: what, figures, cause, and what to do.
 *
 * @param command for each finding, a command line that tries its change; null where there is none
 */
export function findingsText(
  findings: readonly Finding[],
  command: (finding: Finding) => string | null = () => null,
): string {
  return bySeverity(findings)
    .map((finding) => findingText(finding, command(finding)))
    .join("\n\n");
}

function findingText({ kind, severity, text, evidence, cause, advice }: Finding, command: string | null): string {
  const line = (name: string, words: string): string =>
    indent + wrapped(`${name}${printable(words)}`, width - indent.length, under);
  const figures = Object.entries(evidence.figures).map(([name, value]) => `${name} ${significant(value)}`);
  return [
    wrapped(`${severity}: ${printable(text)} [${kind}]`, width, indent),
    ...(figures.length > 0 ? [line("figures   ", figures.join("; "))] : []),
    ...(evidence.series ? seriesText(evidence.series).map((words) => `${indent}${words}`) : []),
    line("why       ", cause),
    line("advice    ", advice),
    ...(command === null ? [] : [`${indent}try       ${command}`]),
  ].join("\n");
}

const most = 24;

/** Each line of a plot as a row of small bars, between its first and its last figure. */
function seriesText({ label, over, x, lines }: Series): string[] {
  if (x.some((name) => typeof name === "string")) return [];
  return lines.flatMap(({ name, y }) => {
    const values = y.filter((value): value is number => value !== null && Number.isFinite(value));
    if (values.length < 3 || lines.length > 4) return [];
    const ends = `${significant(values[0]!, 3)} ${sparkline(values, most)} ${significant(values.at(-1)!, 3)}`;
    const what = lines.length > 1 ? `${label}, ${name}` : label;
    return [printable(`plot      ${what} by ${over}: ${ends}`)];
  });
}
