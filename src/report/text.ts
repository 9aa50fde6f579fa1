/** Control characters, which text from a data file may hold: they would move the cursor or colour the screen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that is safe to print on one line: each control character becomes `·`. */
export const printable = (text: string): string => text.replace(controls, "·");

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const combining = /[\p{Mn}\p{Me}\p{Cf}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
const colours = /\u001b\[[0-9;]*m/g;

const cells = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** Columns that a text takes in a terminal: colours and combining marks none, East Asian wide characters two. */
export function visibleWidth(text: string): number {
  let columns = 0;
  for (const character of text.replace(colours, "")) columns += cells(character);
  return columns;
}

/** The text, cut with `…` where it takes more than `width` columns. */
export function clip(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  if (width < 1) return "";
  let kept = "";
  let columns = 1;
  for (const character of text) {
    columns += cells(character);
    if (columns > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text filled up with blanks to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - visibleWidth(text)));
  return align === "left" ? text + blanks : blanks + text;
}

/** The text in lines of at most `width` columns, broken at blanks; every line but the first begins with `indent`. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line.trim() === "" || visibleWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line].join("\n");
}

/** With a capital at the beginning. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
