import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled, chromium, hidden, launch, modules, type Site, serve } from "./chromium.ts";

/** Seconds of the long form, which also wants every frame in time: for a machine that does nothing else. */
const seconds = Number(process.env["GRADUS_FRAMES"] ?? 0);

let code: ReadonlyMap<string, string>;
let browser: Awaited<ReturnType<typeof launch>>;
const sites: Site[] = [];

beforeAll(async () => {
  if (!chromium) return;
  code = await bundled({ training: join(import.meta.dirname, "page/training.ts") });
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  for (const site of sites) site.close();
});

async function served(options: Parameters<typeof serve>[1] & { readonly without?: string } = {}): Promise<string> {
  const library = modules();
  const site = await serve(
    (path) => (path === options.without ? undefined : (code.get(path) ?? library(path))),
    options,
  );
  sites.push(site);
  return site.url;
}

/** An event of a trace; times in microseconds. */
interface Event {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * Milliseconds of the processor that each task of the page's own thread took in which a script ran, while something was done.
 * (Starting a worker thread, say, takes the browser long at times.)
 */
async function tasksOf(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  const events: Event[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as Event[])));
  const over = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", { traceConfig: { includedCategories: ["toplevel", "v8"] } });
  await work();
  await session.send("Tracing.end");
  await over;
  const thread = ({ pid, tid }: Event): string => `${pid} ${tid}`;
  const own = new Set(events.filter(({ args }) => args.name === "CrRendererMain").map(thread));
  return tasksIn(events.filter((event) => own.has(thread(event)) && event.dur !== undefined));
}

const script = /^v8\.callFunction$|Microtask/;

/** Of the events of one thread, those that lie in no other one, and are or hold a script: a callback, or microtasks. */
function tasksIn(events: readonly Event[]): number[] {
  const inOrder = events.toSorted((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const tasks: { end: number; time: number; script: boolean }[] = [];
  for (const { name, ts, dur, tdur = 0 } of inOrder) {
    const task = tasks.at(-1);
    if (task && ts < task.end) task.script ||= script.test(name);
    else tasks.push({ end: ts + dur!, time: tdur / 1000, script: script.test(name) });
  }
  return tasks.filter((task) => task.script).map(({ time }) => time);
}

interface Seen {
  readonly frames: readonly number[];
  readonly long: readonly number[];
}

/** Watches frames, and tasks of more than 50 ms. */
const watch = `globalThis.seen = { frames: [], long: [] };
new PerformanceObserver((list) => seen.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
(function next(before) {
  requestAnimationFrame((now) => { seen.frames.push(now - before); next(now); });
})(performance.now());`;

describe.skipIf(!chromium).each([false, true])("the thread of a page that trains, isolated: %s", (isolated) => {
  it("is never held by a task for long", async () => {
    const page = await browser.newPage();
    await page.goto(await served({ isolated }));
    await page.evaluate('import("/training.js")');
    await page.evaluate(watch);
    const options = seconds > 0 ? { epochs: 1e9, abortAfter: 1000 * seconds } : { epochs: 100, abortAfter: 1e9 };
    const training = `import("/training.js").then((m) => m.learnsInPeace(${JSON.stringify(options)}))`;
    const tasks = await tasksOf(page, () => page.evaluate(training));
    const [all, longest] = [tasks.reduce((sum, time) => sum + time, 0), Math.max(...tasks)];
    expect(all).toBeGreaterThan(0);
    // Shares do not depend on how fast or how busy the machine is: the longest task is some 8 % of all that preparing the
    // data, tracing, compiling and drawing frames take; preparing and the beginning of a training in one would be 25 %.
    expect(longest / all).toBeLessThan(1 / 6);
    if (seconds > 0) {
      const training = await page.evaluate<Seen>("seen");
      await page.evaluate(
        `seen.frames = []; seen.long = []; new Promise((over) => setTimeout(over, ${1000 * seconds}))`,
      );
      const idle = await page.evaluate<Seen>("seen");
      const [frame, idleFrame] = [training, idle].map(({ frames }) => Math.max(...frames));
      console.info({ isolated, tasks: tasks.length, all, longest, frame, idleFrame, idleLong: idle.long.length });
      expect({ long: training.long, frame }).toEqual({ long: [], frame: Math.min(frame!, 50) });
    }
    await page.close();
  });
});

describe.skipIf(!chromium).each([
  ["a worker", {}],
  ["the page's own thread", { without: "/backends/worker/worker.js" }],
])("a hidden tab that trains, on %s", (_where, options) => {
  it("goes on to the same end", async () => {
    const { learnsXor } = await import("./page/training.ts");
    const evaluate = await hidden(browser, await served(options));
    await expect.poll(() => evaluate("document.visibilityState")).toBe("hidden");
    await expect.poll(() => evaluate('document.title + " " + document.readyState')).toBe("gradus complete");
    expect(await evaluate('import("/training.js").then((m) => m.learnsXor())')).toEqual(await learnsXor());
    expect(await evaluate("document.visibilityState")).toBe("hidden");
  });
});

describe.skipIf(!chromium)("a page that may not compile WebAssembly", () => {
  const headers = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };

  it("trains with the reference engine, and is told where it asks for the other", async () => {
    const page = await browser.newPage();
    await page.goto(await served({ headers }));
    const call = (options: string) =>
      page.evaluate<object>(
        `import("/training.js").then((m) => m.learnsXor(${options})).catch(({ name, message }) => ({ name, message }))`,
      );
    expect(await call("{ epochs: 20 }")).toMatchObject({ steps: 20, stopped: "epochs" });
    const refused = await call('{ backend: "wasm" }');
    expect(refused).toMatchObject({ name: "ModelError", message: expect.stringContaining("no WebAssembly") });
    await page.close();
  });

  it("is told when its worker may not", async () => {
    const page = await browser.newPage();
    await page.goto(await served({ headers, only: "/backends/worker/worker.js" }));
    const training = page.evaluate(
      'import("/training.js").then((m) => m.learnsXor()).catch(({ name, message }) => ({ name, message }))',
    );
    expect(await training).toMatchObject({ name: "ModelError", message: expect.stringContaining("WebAssembly") });
    await page.close();
  });
});

describe.skipIf(!chromium)("a page that cannot fetch the code of the compiled engine", () => {
  it("is told so, and trains with the other", async () => {
    const page = await browser.newPage();
    await page.goto(await served({ without: "/backends/compiled.js" }));
    const call = (options: string) =>
      page.evaluate<object>(
        `import("/training.js").then((m) => m.learnsXor(${options})).catch(({ name, problem }) => ({ name, problem }))`,
      );
    expect(await call("{ epochs: 20 }")).toMatchObject({ name: "ModelError", problem: { code: "engine-load" } });
    expect(await call('{ epochs: 20, backend: "reference" }')).toMatchObject({ steps: 20, stopped: "epochs" });
    await page.close();
  });
});
