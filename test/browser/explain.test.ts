import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradus } from "../cli/command.ts";
import { faults, listening } from "./audit.ts";
import { chromium, launch } from "./chromium.ts";

/** Explanations of every kind, as a user asks for them. */
const asked = {
  formula: ["log(x) + x*y - sin(y)", "--at", "x=2,y=5", "--check"],
  vector: ["[x*y, sin(x), x/y]", "--at", "x=1,y=2"],
  network: ["--network", "2-3-1"],
} as const;
const names = Object.keys(asked) as (keyof typeof asked)[];

let folder: string;
let browser: Awaited<ReturnType<typeof launch>>;

beforeAll(async () => {
  if (!chromium) return;
  folder = mkdtempSync(join(tmpdir(), "gradus-explain-"));
  for (const name of names) await gradus(["explain", ...asked[name], "--out", `${name}.html`], { cwd: folder });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

describe.skipIf(!chromium)("an explanation in the browser", () => {
  it.each(
    names.flatMap((name) => [[name, "light"] as const, [name, "dark"] as const]),
  )("of a %s in %s colours asks for nothing, can be used by everybody, and cuts no text of its graph", async (name, colorScheme) => {
    const page = await browser.newPage({ colorScheme });
    const said = listening(page);
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(url);
    await page.evaluate(`for (const fold of document.querySelectorAll("details")) fold.open = true`);
    expect(await faults(page)).toEqual([]);
    // every text lies inside of the rectangle that it stands in, in the typeface of this machine
    const cut = await page.evaluate(`[...document.querySelectorAll(".diagram g")].flatMap((g) => {
        const box = g.querySelector("rect").getBBox();
        return [...g.querySelectorAll("text")].map((t) => [t.textContent, t.getBBox()])
          .filter(([, { x, width }]) => x < box.x || x + width > box.x + box.width).map(([text]) => text);
      })`);
    expect(cut).toEqual([]);
    expect(said).toEqual([`asked for ${url}`]);
    await page.close();
  });
});
