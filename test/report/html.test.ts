import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { report } from "../../src/report/html.ts";
import type { ReportInput } from "../../src/report/input.ts";
import { greyPng } from "../../src/report/png.ts";
import { policy, script } from "../../src/report/saving.ts";
import {
  classCurves,
  confusion,
  epochRow,
  falling,
  plane,
  recorded,
  reportInput,
  studied,
  summary,
} from "./samples.ts";

interface Element {
  readonly textContent: string;
  readonly outerHTML: string;
  readonly tagName: string;
  readonly getAttribute: (name: string) => string | null;
  readonly querySelector: (selector: string) => Element | null;
  readonly querySelectorAll: (selector: string) => Iterable<Element>;
}

const parse = (html: string): Element => (parseHTML(html) as unknown as { document: Element }).document;
const all = (html: string, selector: string): Element[] => [...parse(html).querySelectorAll(selector)];

const attack = `<img src=x onerror=alert(1)> & "quoted" 'single' \u001b[2J`;
const images = [
  { pixels: new Array(64).fill(0).map((_, i) => i % 17), truth: "3", prediction: "3" },
  { pixels: new Array(64).fill(5), truth: "3", prediction: "8" },
];
const samples = { width: 8, height: 8, images, part: "validation" as const };
const truth = Array.from({ length: 300 }, (_, i) => i / 100);
const prediction = truth.map((t, i) => t + Math.sin(i) / 10);

const reports: Record<string, ReportInput> = {
  "a classifier": reportInput({
    confusion: { ...confusion(10), part: "validation" },
    samples,
    baselines: [{ name: "guess", values: { accuracy: 0.1 } }],
  }),
  "a regression": reportInput({ regression: { truth, prediction, part: "test" } }),
  "a regression gone wrong": reportInput({
    regression: { truth, prediction: truth.map(() => NaN), part: "validation" },
  }),
  "a changing learning rate": reportInput({
    history: falling(5).map((row) => ({ ...row, learningRate: 0.1 / (1 + row.epoch) })),
  }),
  "one epoch": reportInput({ history: falling(1) }),
  "no epochs": reportInput({ history: falling(0) }),
  "no history": reportInput({ history: [] }),
  "nothing but NaN": reportInput({ history: [epochRow(0, NaN), epochRow(1, NaN)] }),
  "a loss that explodes": reportInput({
    history: [epochRow(0, 2), epochRow(1, 1), epochRow(2, 1e30), epochRow(3, Infinity), epochRow(4, NaN)],
  }),
  "a loss of zero": reportInput({ history: [epochRow(0, 1), epochRow(1, 0)] }),
  "a long training": reportInput({ history: falling(3000) }),
  "one class": reportInput({ confusion: { ...confusion(1), part: "train" } }),
  "30 classes": reportInput({ confusion: { ...confusion(30), part: "train" } }),
  "90 classes": reportInput({ confusion: { ...confusion(90), part: "train" } }),
  "a study of a classifier": reportInput(studied),
  "ten classes by their scores": reportInput({ classCurves: { ...classCurves(10), calibration: null } }),
  "thirty classes by their scores": reportInput({ classCurves: classCurves(30) }),
  "a boundary": reportInput({ plane: plane("probability") }),
  "areas of classes": reportInput({ plane: plane("class") }),
  "a surface": reportInput({ plane: plane("number") }),
  "a constant surface": reportInput({ plane: { ...plane("number"), values: new Array(30).fill(2) } }),
  "areas of an image": reportInput({
    importance: { ...studied.importance!, areas: { width: 2, height: 1 } },
  }),
  "layers of one epoch": reportInput({ history: recorded(1) }),
  "10 000 epochs": reportInput({ history: recorded(10_000) }),
  "huge names": reportInput({
    command: "x".repeat(2000),
    summary: { ...summary, data: { ...summary.data, name: "n".repeat(500) } },
  }),
};

/** Each page once, with what was read of it. */
const pages = Object.entries(reports).map(([name, input]) => [name, input, report(input)] as const);
const each = test.for(pages);

each("the report of %s fetches nothing and runs nothing but its own script", ([, , whole]) => {
  const html = whole.replace(`<script>${script}</script>`, "");
  expect(html).not.toBe(whole);
  expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|<link|url\(|@import|\bon\w+=/);
  for (const image of all(html, "img")) expect(image.getAttribute("src")).toMatch(/^data:image\/png;base64,/);
});

test("the page's policy lets that script run, and no other", () => {
  const hash = createHash("sha256").update(script).digest("base64");
  expect(policy).toContain(`script-src 'sha256-${hash}';`);
  const [meta] = all(report(reportInput()), 'meta[http-equiv="Content-Security-Policy"]');
  expect(meta!.getAttribute("content")).toBe(policy);
});

each("the report of %s can be read without seeing it", ([, , html]) => {
  for (const svg of all(html, "svg")) {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")?.length ?? 0).toBeGreaterThan(10);
  }
  for (const figure of all(html, "figure")) {
    expect(figure.querySelector("figcaption")?.textContent.trim()).not.toBe("");
    expect(figure.querySelector("details table")).not.toBeNull();
  }
  for (const table of all(html, "table")) expect(table.querySelector("caption")?.textContent.trim()).not.toBe("");
  for (const head of all(html, "th")) expect(head.getAttribute("scope")).toMatch(/^(row|col)$/);
  for (const image of all(html, "img")) expect(image.getAttribute("alt")).not.toBe("");
  expect(all(html, "h1")).toHaveLength(1);
  expect(all(html, "html")[0]?.getAttribute("lang")).toBe("en");
  const levels = all(html, "h1, h2, h3").map(({ tagName }) => Number(tagName.slice(1)));
  for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
  const ids = all(html, "[id]").map((part) => part.getAttribute("id"));
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of all(html, "a")) expect(ids).toContain(link.getAttribute("href")!.slice(1));
  expect(all(html, "body > header, body > nav, body > main, body > footer")).toHaveLength(4);
});

each("the report of %s closes every element it opens and draws no NaN", ([, , html]) => {
  const void_ = new Set(["meta", "img"]);
  const open: string[] = [];
  for (const [, close, name, self] of html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(script, "")
    .matchAll(/<(\/?)([a-zA-Z][\w]*)[^>]*?(\/?)>/g)) {
    if (close === "/") expect(open.pop()).toBe(name);
    else if (self !== "/" && !void_.has(name!)) open.push(name!);
  }
  expect(open).toEqual([]);
  for (const part of all(html, "svg *"))
    expect(part.outerHTML).not.toMatch(/="[^"]*\b(NaN|Infinity|undefined)\b[^"]*"/);
});

each("the report of %s is a small file and the same each time", ([, input, html]) => {
  expect(html.length).toBeLessThan(400_000);
  expect(report(input)).toBe(html);
});

test("text from the data never becomes an element", () => {
  const labels = [attack, "b"];
  const html = report(
    reportInput({
      summary: {
        ...summary,
        data: { ...summary.data, name: attack },
        stopped: attack,
        run: attack,
        fingerprint: attack,
      },
      data: {
        source: attack,
        notes: [attack],
        columns: [{ name: attack, kind: attack, detail: attack }],
        target: attack,
        classes: labels,
      },
      network: { rows: [{ layer: attack, output: attack, activation: attack, parameters: 1 }] },
      history: falling(2).map((row) => ({ ...row, metrics: { [attack]: { train: 1, validation: 2 } } })),
      settings: { [attack]: attack },
      changed: [attack],
      confusion: {
        labels,
        matrix: [
          [1, 2],
          [3, 4],
        ],
        part: "validation",
      },
      samples: { ...samples, images: [{ pixels: [1], truth: attack, prediction: "b" }] },
      baselines: [{ name: attack, values: { [attack]: 1 } }],
      command: attack,
      versions: { [attack]: attack },
    }),
  );
  expect(html).not.toContain("<img src=x");
  expect(html).not.toContain("\u001b");
  expect(all(html, "[onerror]")).toEqual([]);
  expect(all(html, "td").map((cell) => cell.textContent)).toContain(
    `<img src=x onerror=alert(1)> & "quoted" 'single' ·[2J`,
  );
});

test("the headline gives the figures, and a test part that was not opened is sealed", () => {
  const tiles = all(report(reportInput()), "dl.tiles div").map((tile) => tile.textContent);
  expect(tiles[0]).toContain("Validation accuracy0.9722");
  // Wilson's interval of 280 out of 288: by hand (0.97222 + 0.00667 ± 0.01999) / 1.01334.
  expect(tiles[0]).toContain("95 % interval 0.946 to 0.986");
  expect(tiles[1]).toContain("sealed");
  expect(tiles[4]).toContain("9f2c41d07b3a");
  const opened = { ...summary, metrics: { accuracy: { train: 1, validation: 0.97, test: 0.9611 } } };
  expect(all(report(reportInput({ summary: opened })), "dl.tiles div")[1]?.textContent).toContain("0.9611");
});

test("a loss is drawn on a logarithmic scale when it spans more than a factor of 100, and then only", () => {
  expect(report(reportInput({ history: [epochRow(0, 1), epochRow(1, 0.009)] }))).toContain("loss (log scale)");
  expect(report(reportInput({ history: [epochRow(0, 1), epochRow(1, 0.011)] }))).not.toContain("loss (log scale)");
});

test("the best epoch is marked, and an epoch whose loss is not finite is named", () => {
  expect(all(report(reportInput()), "svg text").map((text) => text.textContent)).toContain("best epoch 12");
  expect(report(reports["a loss that explodes"]!)).toContain("Not finite in epoch 3.");
});

test("changed settings are marked and no others", () => {
  const marked = all(report(reportInput()), "tr").filter((row) => row.querySelector(".badge") !== null);
  expect(marked.map((row) => row.textContent)).toEqual(["learning rate changed0.003"]);
});

test("wrong samples are marked", () => {
  const tiles = all(report(reportInput({ samples })), "ul.samples li");
  expect(tiles.map((tile) => [tile.textContent.trim(), tile.getAttribute("class")])).toEqual([
    ["3 → 3", ""],
    ["3 → 8 ✗", "wrong"],
  ]);
});

test("an image survives the way through PNG", () => {
  const size = fc.integer({ min: 1, max: 30 });
  fc.assert(
    fc.property(size, size, fc.infiniteStream(fc.nat(255)), (width, height, stream) => {
      const levels = [...stream.take(width * height)];
      const bytes = Buffer.from(greyPng(levels, width, height).slice("data:image/png;base64,".length), "base64");
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([width, height]);
      const length = bytes.readUInt32BE(33);
      const lines = inflateSync(bytes.subarray(41, 41 + length));
      const found = Array.from({ length: height }, (_, y) => [
        ...lines.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)),
      ]);
      expect(found.flat()).toEqual(levels);
    }),
  );
});

test("ink and paper differ enough in light and in dark (WCAG AA: 4.5 to 1)", () => {
  const style = report(reportInput());
  for (const block of [...style.matchAll(/--paper: [^}]*/g)].map(([text]) => text)) {
    const color = (name: string): string => new RegExp(`--${name}: (#[0-9a-f]+)`).exec(block)![1]!;
    for (const paper of ["paper", "card"])
      for (const ink of ["ink", "quiet", "train", "validation", "bad", "third", "fourth"])
        expect(contrast(color(ink), color(paper))).toBeGreaterThan(4.5);
    expect(contrast(color("ink"), color("mark"))).toBeGreaterThan(4.5);
  }
});

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const linear = [1, 3, 5].map((i) => {
    const c = Number.parseInt(long.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}
