import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { findingsSection } from "../../src/report/findings.ts";
import { findingsText } from "../../src/report/terminal.ts";
import type { Finding } from "../../src/training/index.ts";

const attack = `<img src=x onerror=alert(1)> \u001b[2J`;

const vanishing: Finding = {
  kind: "vanishing-gradients",
  severity: "warning",
  text: "the gradient shrinks from layer to layer",
  evidence: {
    figures: { "last layer": 0.3, "first layer": 2e-7 },
    series: {
      label: "length of the gradient",
      over: "epoch",
      x: [1, 2, 4, 8],
      lines: [
        { name: "dense(2 → 4)", y: [1e-7, 2e-7, null, 2e-7] },
        { name: "dense(4 → 1)", y: [0.1, 0.2, 0.3, 0.3] },
      ],
      limit: 1e-3,
    },
  },
  cause: "sigmoids are flat",
  advice: "try relu",
  change: { network: { activation: "relu" } },
};
const imbalance: Finding = {
  kind: "class-imbalance",
  severity: "severe",
  text: attack,
  evidence: {
    figures: { [attack]: 3 },
    series: { label: attack, over: "class", x: ["a", attack], lines: [{ name: "recall", y: [1, 0] }] },
  },
  cause: attack,
  advice: attack,
};
const nothingToDraw: Finding = {
  ...vanishing,
  severity: "note",
  evidence: { figures: {}, series: { label: "loss", over: "epoch", x: [1], lines: [{ name: "training", y: [null] }] } },
};

interface Element {
  readonly textContent: string;
  readonly getAttribute: (name: string) => string | null;
  readonly querySelectorAll: (selector: string) => Iterable<Element>;
}
const all = (html: string, selector: string): Element[] => {
  const { document } = parseHTML(`<body>${html}</body>`) as unknown as { document: Element };
  return [...document.querySelectorAll(selector)];
};

it("shows findings on a page, the worst first, each plot with the same in figures beside it", () => {
  const { html } = findingsSection([nothingToDraw, vanishing, imbalance]);
  expect(all(html, "h3").map(({ textContent }) => textContent.split(" ")[0])).toEqual(["severe", "warning", "note"]);
  const plots = all(html, "figure");
  expect(plots).toHaveLength(2);
  for (const plot of plots) expect(all(`${plot}`, "details table caption")).toHaveLength(1);
  for (const svg of all(html, "svg")) expect(svg.getAttribute("aria-label")!.length).toBeGreaterThan(10);
  expect(all(html, "td").map(({ textContent }) => textContent)).toContain("2.000e-7".replace(".000", ""));
});

it("puts no text of the data onto the page as markup, nor control characters onto the terminal", () => {
  const { html } = findingsSection([imbalance]);
  expect(all(html, "img")).toEqual([]);
  expect(html).not.toContain("\u001b");
  expect(findingsText([imbalance])).not.toContain("\u001b");
});

it("says so when there is nothing", () => {
  expect(findingsSection([]).html).toMatch(/Nothing was found wrong/);
  expect(findingsText([])).toBe("");
});

it("is told in a terminal in 80 columns: what, figures, a small plot, cause, advice, and what to paste", () => {
  const text = findingsText([vanishing], () => "gradus train --config runs/one/run.json --activation relu");
  expect(text.split("\n")).toEqual([
    "warning: the gradient shrinks from layer to layer [vanishing-gradients]",
    "  figures   last layer 0.3000; first layer 2e-7",
    "  plot      length of the gradient, dense(2 → 4) by epoch: 1e-7 ▁██ 2e-7",
    "  plot      length of the gradient, dense(4 → 1) by epoch: 0.100 ▁▅██ 0.300",
    "  why       sigmoids are flat",
    "  advice    try relu",
    "  try       gradus train --config runs/one/run.json --activation relu",
  ]);
});
