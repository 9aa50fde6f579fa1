import { escapeText } from "./markup.ts";

const svgSpace = "http://www.w3.org/2000/svg";

/**
 * As much of an element as drawing with Plot takes: attributes, children, text. A whole document in its place would take
 * longer to load than all drawings of a report to draw.
 */
export class Element {
  readonly ownerDocument: DrawingDocument;
  readonly namespaceURI = svgSpace;
  readonly tagName: string;
  readonly childNodes: Element[] = [];
  parentNode: Element | null = null;
  #text = "";
  readonly #attributes = new Map<string, string>();

  constructor(tagName: string, ownerDocument: DrawingDocument) {
    this.tagName = tagName;
    this.ownerDocument = ownerDocument;
  }

  get attributes(): ReadonlyMap<string, string> {
    return this.#attributes;
  }
  get textContent(): string {
    return this.#text;
  }
  set textContent(text: string) {
    for (const child of this.childNodes.splice(0)) child.parentNode = null;
    this.#text = text;
  }
  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }
  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }
  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value));
  }
  setAttributeNS(_space: string, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }
  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }
  appendChild(child: Element): Element {
    return this.insertBefore(child, null);
  }
  append(...children: readonly Element[]): void {
    for (const child of children) this.appendChild(child);
  }
  insertBefore(child: Element, next: Element | null): Element {
    const from = child.parentNode?.childNodes;
    from?.splice(from.indexOf(child), 1);
    child.parentNode = this;
    this.childNodes.splice(next === null ? this.childNodes.length : this.childNodes.indexOf(next), 0, child);
    return child;
  }
  get children(): readonly Element[] {
    return this.childNodes;
  }
  get firstChild(): Element | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): Element | null {
    const beside = this.parentNode?.childNodes ?? [];
    return beside[beside.indexOf(this) + 1] ?? null;
  }
  /** The elements of that name below this one, whose names alone Plot looks for. */
  querySelectorAll(tagName: string): readonly Element[] {
    return this.childNodes.flatMap((child) => [
      ...(child.tagName === tagName ? [child] : []),
      ...child.querySelectorAll(tagName),
    ]);
  }
}

/** What makes elements. */
export class DrawingDocument {
  readonly documentElement: Element = new Element("svg", this);
  createElementNS(_space: string, tagName: string): Element {
    return new Element(tagName, this);
  }
}

/** Which attributes are written, and how: null leaves one out. */
export type Writing = (name: string, value: string, element: Element) => string | null;

/** An element and what is below it as text; style sheets are left out. */
export function written(element: Element, write: Writing): string {
  if (element.tagName === "style") return "";
  const attributes = [...element.attributes].flatMap(([name, value]) => {
    const text = write(name, value, element);
    return text === null ? [] : [` ${name}="${escapeText(text)}"`];
  });
  const inside = escapeText(element.textContent) + element.childNodes.map((child) => written(child, write)).join("");
  const start = `<${element.tagName}${attributes.join("")}`;
  return inside === "" ? `${start}/>` : `${start}>${inside}</${element.tagName}>`;
}
