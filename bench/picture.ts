// What a step costs against something, as an SVG that reads on light and on dark.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

interface Picture {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const style =
  "<style>:root{color:#222;--line:#1f6fb2}@media(prefers-color-scheme:dark){:root{color:#ddd;--line:#6cb6f5}}</style>";

/** Both axes are logarithmic: a power law is a straight line. */
export function picture({ title, x, y, points }: Picture): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const marks = [
    Plot.axisX(
      points.map((point) => point.x),
      { label: x, labelArrow: "none", text: (at: number) => String(at) },
    ),
    Plot.line(points, { x: "x", y: "y", stroke: "var(--line)", strokeWidth: 2 }),
    Plot.dot(points, { x: "x", y: "y", fill: "var(--line)", r: 3.5 }),
  ];
  const horizontal = { type: "log" } as const;
  const vertical = { type: "log", label: y, labelArrow: "none", grid: true, tickFormat: "~s" } as const;
  const size = { width: 480, height: 300, marginLeft: 56, marginBottom: 40 };
  const svg = Plot.plot({ document, ...size, x: horizontal, y: vertical, marks });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  for (const own of svg.querySelectorAll("style")) own.remove();
  return `${svg.outerHTML.replace(/^(<svg[^>]*>)/, `$1${style}`)}\n`;
}
