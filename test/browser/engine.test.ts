import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled, chromium, launch, type Site, serve } from "./chromium.ts";
import type { Outcome } from "./page/runner.ts";

const root = join(import.meta.dirname, "../..");
/** The rooms whose tests run on a page: all that a page trains with. */
const rooms = /^(autodiff|backends|compile|core|graph|nn|ops|optim|solve|training|transform)\b/;

/** What a test file imports that needs Node, and has it stay there. */
const needsNode = /from "(node:|[./]*\/src\/(node\.ts|run\/|cli\/|server\/|data\/readers\/|backends\/wasm\/node))/;

/** Other test files that stay in Node, and why. */
const inNode: Readonly<Record<string, string>> = {
  "backends/lost.test.ts": "threads of Node, killed from outside",
  "backends/wasm-missing.test.ts": "modules loaded afresh, with another WebAssembly each time",
  "backends/wasm-provision.test.ts": "modules loaded afresh",
  "training/gates.test.ts": "83 whole trainings, each with a worker of its own; the other files have some of each kind",
};

const candidates = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => rooms.test(file) && file.endsWith(".test.ts"))
  .sort();
const files = candidates.filter(
  (file) => !(file in inNode) && !needsNode.test(readFileSync(join(root, "test", file), "utf8")),
);

/** A test file's name in the bundle: all files stand beside the worker's. */
const named = (file: string): string => file.replaceAll("/", "-").replace(/\.ts$/, "");

let browser: Awaited<ReturnType<typeof launch>>;
let code: ReadonlyMap<string, string>;
const sites: Site[] = [];

beforeAll(async () => {
  if (!chromium) return;
  const page = join(import.meta.dirname, "page");
  const tests = files.map((file) => [named(file), join(root, "test", file)] as const);
  const replaced = { vitest: join(page, "vitest.ts"), "fast-check": join(page, "samples.ts") };
  const input = { ...Object.fromEntries(tests), runner: join(page, "runner.ts") };
  const worker = await bundled({ worker: join(root, "src/backends/worker/worker.ts") });
  code = new Map([...worker, ...(await bundled(input, replaced))]);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  for (const site of sites) site.close();
});

it("leaves to Node what is there", () => {
  expect(candidates).toEqual(expect.arrayContaining(Object.keys(inNode)));
});

describe.skipIf(!chromium).each([
  ["isolated from other origins", true],
  ["like any other", false],
])("on a page that is %s", (_what, isolated) => {
  let page: Page;
  let url: string;

  beforeAll(async () => {
    const site = await serve((path) => code.get(path), { isolated });
    sites.push(site);
    page = await browser.newPage();
    url = site.url;
  });

  it.for(files)("the tests of %s pass", { timeout: 300_000 }, async (file, { annotate }) => {
    await page.goto(url); // all modules and workers of the file before are gone
    expect(await page.evaluate("crossOriginIsolated")).toBe(isolated);
    const load = `() => import("/${named(file)}.js")`;
    const outcome = await page.evaluate<Outcome>(`import("/runner.js").then((m) => m.run("${file}", ${load}))`);
    await annotate(`${outcome.passed} passed, ${outcome.skipped} do not apply`);
    expect(outcome.failed).toEqual([]);
    expect(outcome.passed).toBeGreaterThan(0);
  });
});
