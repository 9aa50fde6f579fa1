/** HTML that is ready to be put into a page; plain strings are not, so none gets there unescaped. */
export interface Markup {
  readonly html: string;
}

type Piece = Markup | string | number | null | readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or an attribute in quotes. Control characters, which HTML forbids, become `·`. */
export const escapeText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "·").replace(/[&<>"']/g, (c) => entities[c]!);

/** HTML as it is: only for what this room wrote itself. */
export const raw = (html: string): Markup => ({ html });

/** A template whose values are escaped, unless they are markup already; arrays are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return raw(strings.map((text, i) => text + (i < values.length ? render(values[i]!) : "")).join(""));
}

function render(piece: Piece): string {
  if (piece === null) return "";
  if (typeof piece === "string") return escapeText(piece);
  if (typeof piece === "number") return String(piece);
  return isList(piece) ? piece.map(render).join("") : piece.html;
}

const isList = (piece: Markup | readonly Piece[]): piece is readonly Piece[] => Array.isArray(piece);
