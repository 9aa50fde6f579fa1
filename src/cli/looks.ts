import { table, wrapped } from "../report/terminal.ts";
import { type Opening, openingsBeside } from "../run/index.ts";

/** Looks at the same test part through other runs beside this one. */
export interface OtherLooks {
  readonly runs: number;
  readonly looks: number;
}

export async function looksBeside(run: string): Promise<OtherLooks> {
  const others = await openingsBeside(run);
  return { runs: others.length, looks: others.reduce((sum, { openings }) => sum + openings.length, 0) };
}

const shown = 10;

/** How often the test part was opened, by whom and when; the latest looks by name. */
export function looksText(looks: readonly Opening[], others: OtherLooks): string {
  const lines = looks.slice(-shown).map(({ time, by, user }) => [time.slice(0, 19).replace("T", " "), user ?? "–", by]);
  const earlier = looks.length > shown ? `\n… and ${looks.length - shown} earlier ones` : "";
  const head = `the test part of this run has now been opened ${times(looks.length)}:`;
  const more = besideText(others);
  return `${head}\n\n${table(["when (UTC)", "who", "by"], lines)}${earlier}${more && `\n\n${more}`}`;
}

const times = (n: number): string => (n === 1 ? "once" : `${n} times`);

/** A sentence on looks through other runs; nothing when there are none. */
export function besideText({ runs, looks }: OtherLooks): string {
  if (looks === 0) return "";
  const through = runs === 1 ? "another run" : `${runs} other runs`;
  const often = `${times(looks)} through ${through} in this folder`;
  return wrapped(`the same test rows have also been opened ${often}: the more often, the less they prove.`, 80);
}
