import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparison } from "../../src/report/comparison.ts";
import { checkRunFile, comparisonOf, execute, finishedRun } from "../../src/run/index.ts";
import { faults, listening } from "./audit.ts";
import { chromium, launch } from "./chromium.ts";

/** Epochs enough for figures of every kind. */
const sources = { digits: 4, "breast-cancer": 6, franke: 6, spiral: 6 };
const names = Object.keys(sources) as (keyof typeof sources)[];

let folder: string;
let browser: Awaited<ReturnType<typeof launch>>;

beforeAll(async () => {
  if (!chromium) return;
  folder = await mkdtemp(join(tmpdir(), "gradus-report-"));
  for (const source of names) {
    const file = { data: { source }, training: { epochs: sources[source] }, checkpoint: false as const };
    await execute(checkRunFile("test", file), { out: join(folder, source) });
  }
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

const pathOf = (source: string): string => join(folder, source, "report.html");

/** A report in a page, with all that the page says and asks for. */
async function opened(source: string, colorScheme: "light" | "dark") {
  const page = await browser.newPage({ colorScheme, acceptDownloads: true });
  const said = listening(page);
  const url = pathToFileURL(pathOf(source)).href;
  await page.goto(url);
  return {
    page,
    said: () => said.filter((line) => line !== `asked for ${url}` && !line.startsWith("asked for data:")),
  };
}

describe.skipIf(!chromium)("a report in the browser", () => {
  it.each(names)("of %s is small, asks for nothing, and has no fault", async (source) => {
    expect((await stat(pathOf(source))).size).toBeLessThan(1.5e6);
    const { page, said } = await opened(source, "light");
    expect(await page.locator("figure svg.plot").count()).toBeGreaterThan(5);
    expect(said()).toEqual([]);
    await page.close();
  });

  it.each(
    names.flatMap((source) => [[source, "light"] as const, [source, "dark"] as const]),
  )("of %s can be used by everybody, in %s colours", async (source, colors) => {
    const { page } = await opened(source, colors);
    await page.evaluate(`for (const fold of document.querySelectorAll("details")) fold.open = true`);
    expect(await faults(page)).toEqual([]);
    await page.close();
  });

  it("that compares runs breaks no short name in pieces, however wide the figures are", async () => {
    const finished = [await finishedRun(join(folder, "franke")), await finishedRun(join(folder, "franke"))];
    const { runs, ...compared } = await comparisonOf(finished, "gradus report run/0 run/1");
    const page = await browser.newPage({ viewport: { width: 700, height: 700 } });
    await page.setContent(comparison({ ...compared, runs: runs.map((run, i) => ({ ...run, name: `run/${i}` })) }));
    const lines =
      await page.evaluate(`[...document.querySelector("table").querySelectorAll("tbody > tr > :first-child")].map((cell) => {
      const words = document.createRange();
      words.selectNodeContents(cell);
      return [cell.textContent, new Set([...words.getClientRects()].map(({ top }) => top)).size];
    })`);
    expect(lines).toEqual([
      ["run/0", 1],
      ["run/1", 1],
    ]);
    await page.close();
  });

  it("saves each drawing as a picture that stands for itself", async () => {
    const { page, said } = await opened("spiral", "light");
    const saved = async (name: string): Promise<Buffer> => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name, exact: true }).click();
      return readFileSync(await (await download).path());
    };
    const svg = (await saved("Save SVG: Decision boundary.")).toString();
    expect(svg).toMatch(/^<svg .*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toContain("var(--");
    const png = await saved("Save PNG: Loss");
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1440, 550]);
    expect(said()).toEqual([]);
    await page.close();
  });

  it("shows nothing on paper that only a screen can use", async () => {
    const { page } = await opened("digits", "dark");
    await page.emulateMedia({ media: "print" });
    for (const selector of [".saving", ".contents", ".skip", "figure > details"])
      expect(await page.locator(selector).first().isVisible()).toBe(false);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    await page.close();
  });
});
