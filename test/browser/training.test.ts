import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled, chromium, launch, modules, type Site, serve } from "./chromium.ts";
import type * as Trainings from "./page/training.ts";

type Training = typeof Trainings;

/** Bits that V8 of Node 24 gives for the same training. */
let expected: Awaited<ReturnType<Training["learnsXor"]>>;
let code: ReadonlyMap<string, string>;
let browser: Awaited<ReturnType<typeof launch>>;
const open: Site[] = [];

beforeAll(async () => {
  expected = await (await import("./page/training.ts")).learnsXor();
  if (!chromium) return;
  code = await bundled({ training: join(import.meta.dirname, "page/training.ts") });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  for (const site of open) site.close();
});

/** A page with the library as it is published, module by module, and what the page says on its console. */
async function opened(options: Parameters<typeof serve>[1] & { readonly without?: string } = {}) {
  const library = modules();
  const site = await serve(
    (path) => (path === options.without ? undefined : (code.get(path) ?? library(path))),
    options,
  );
  open.push(site);
  const page = await browser.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`uncaught: ${error.message}`));
  await page.goto(site.url);
  return { page, said };
}

/** Calls one of the page's trainings. */
const call = <K extends keyof Training>(page: Page, name: K, options: object | string = {}): ReturnType<Training[K]> =>
  page.evaluate(`import("/training.js").then((m) => m.${name}(${JSON.stringify(options)}))`) as ReturnType<Training[K]>;

/** Every worker of the page has ended, or will at once. */
const gone = (page: Page) => expect.poll(() => page.workers().length).toBe(0);

describe.skipIf(!chromium)("a page that trains", () => {
  it.each([false, true])("has a worker do it, with the bits of Node, isolated: %s", async (isolated) => {
    const { page, said } = await opened({ isolated });
    const started = page.waitForEvent("worker");
    const training = call(page, "learnsXor");
    expect((await started).url()).toMatch(/\/worker\.js$/);
    expect(await training).toEqual(expected);
    expect(expected).toMatchObject({ accuracy: 1, steps: 200, stopped: "epochs" });
    await gone(page);
    expect(said).toEqual([]);
    await page.close();
  });

  it("interrupts a training in the middle of an epoch, keeping what was learnt", async () => {
    const { page, said } = await opened();
    const whole = await call(page, "learnsDigits", { epochs: 2 });
    expect(whole).toMatchObject({ stopped: "epochs", rows: [expect.any(Number), expect.any(Number)] });
    const { stopped, steps, bits } = await call(page, "learnsDigits", { epochs: 100_000, abortAfter: 700 });
    expect([stopped, steps > 0, bits.every(Boolean)]).toEqual(["interrupted", true, true]);
    await gone(page);
    expect(said).toEqual([]);
    await page.close();
  });

  it("is told what went wrong, as in Node", async () => {
    const { page } = await opened();
    const here = await import("./page/training.ts");
    for (const how of ["diverges", "index"] as const) {
      const problem = await call(page, "fails", how);
      expect(problem).toEqual(await here.fails(how));
      expect(problem!.code).toBe(how === "diverges" ? "diverged" : "index-range");
      await gone(page);
    }
    await page.close();
  });

  it("goes on by itself when the worker dies, to the same end", async () => {
    const { page, said } = await opened();
    const { rows, bits } = await call(page, "losesItsWorker", { epochs: 20 });
    expect(rows).toHaveLength(20);
    expect(said).toEqual([expect.stringMatching(/^warning: .*no worker \(it ended\)/)]);
    expect((await call(page, "learnsDigits", { epochs: 20 })).bits).toEqual(bits);
    await page.close();
  });

  it.each([
    ["its file is missing", { without: "/backends/worker/worker.js" }],
    ["the page's policy forbids it", { headers: { "content-security-policy": "worker-src 'none'" } }],
  ])("trains by itself when no worker can be started: %s", async (_why, options) => {
    const { page, said } = await opened(options);
    expect(await call(page, "learnsXor")).toEqual(expected);
    expect(await call(page, "learnsXor")).toEqual(expected);
    expect(said.filter((line) => line.startsWith("warning"))).toEqual([expect.stringContaining("no worker")]);
    await page.close();
  });
});
