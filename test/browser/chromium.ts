// Chromium for the tests of this folder, the pages that it opens, and what is served to them.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";
import { rolldown } from "rolldown";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is, if there is one; `GRADUS_BROWSER` names another, or says that there must be one: `required`. */
function find(): string | null {
  const wish = process.env["GRADUS_BROWSER"];
  const found = [...(wish && wish !== "required" ? [wish] : []), ...places].find((path) => existsSync(path));
  if (!found && wish) throw new Error(`GRADUS_BROWSER is ${wish}, and there is no Chromium: apt-get install chromium`);
  if (!found) console.warn("There is no Chromium here: tests of pages are skipped (apt-get install chromium).");
  return found ?? null;
}

export const chromium = find();

/** Tabs that are not seen are slowed down as with a user, who starts Chromium without these flags. */
const unslowed = ["background-timer-throttling", "backgrounding-occluded-windows", "renderer-backgrounding"];

export const launch = () =>
  playwright.launch({
    executablePath: chromium!,
    ignoreDefaultArgs: unslowed.map((name) => `--disable-${name}`),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });

export interface Site {
  readonly url: string;
  close(): void;
}

const kinds: Readonly<Record<string, string>> = { js: "text/javascript", html: "text/html", json: "application/json" };

const emptyPage = `<!doctype html><link rel="icon" href="data:,"><title>gradus</title>
<script type="importmap">{ "imports": { "gradus": "/index.js" } }</script>`;

interface Serving {
  /** With the headers that isolate a page from those of other origins, so that its threads may share memory. */
  readonly isolated?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** The file that these headers are for; otherwise all. */
  readonly only?: string;
}

/** Serves files, and an empty page at `/`. */
export async function serve(find: (path: string) => string | Buffer | undefined, options: Serving = {}): Promise<Site> {
  const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const always = options.isolated ? isolation : {};
  const server = createServer((request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname;
    const body = path === "/" ? emptyPage : find(path);
    const type = path === "/" ? "text/html" : (kinds[path.split(".").at(-1)!] ?? "application/octet-stream");
    const headers = options.only === undefined || options.only === path ? options.headers : {};
    response.writeHead(body === undefined ? 404 : 200, { ...always, ...headers, "content-type": type }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/**
 * A tab behind another one, hidden: no frames, timers slowed down. (Pages that the driver opens always believe to be seen.)
 *
 * @returns what evaluates an expression in the tab
 */
export async function hidden(browser: Browser, url: string): Promise<(expression: string) => Promise<unknown>> {
  const session = await browser.newBrowserCDPSession();
  const { targetId } = await session.send("Target.createTarget", { url });
  const { sessionId } = await session.send("Target.attachToTarget", { targetId });
  let questions = 0;
  const answers = new Map<number, (result: unknown) => void>();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    answers.get(id)?.(result?.result?.value);
    answers.delete(id);
  });
  const evaluate = (expression: string): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++questions;
      answers.set(id, resolve);
      const params = { expression, awaitPromise: true, returnByValue: true };
      const message = JSON.stringify({ id, method: "Runtime.evaluate", params });
      void session.send("Target.sendMessageToTarget", { sessionId, message });
    });
  const front = await session.send("Target.createTarget", { url: "about:blank" });
  await session.send("Target.activateTarget", { targetId: front.targetId });
  return evaluate;
}

/** The library's modules as they are published, for `serve`. */
export function modules(): (path: string) => Buffer | undefined {
  const dist = join(import.meta.dirname, "../../dist");
  return (path) => (existsSync(join(dist, path)) ? readFileSync(join(dist, path)) : undefined);
}

/**
 * Test modules bundled for a page, by address.
 *
 * @param replaced modules in place of packages, everywhere but in these modules themselves
 */
export async function bundled(
  input: Readonly<Record<string, string>>,
  replaced: Readonly<Record<string, string>> = {},
): Promise<Map<string, string>> {
  const resolveId = (source: string, importer?: string): string | null => {
    const instead = replaced[source];
    return instead === undefined || instead === importer ? null : instead;
  };
  const bundle = await rolldown({
    input: { ...input },
    platform: "browser",
    plugins: [{ name: "tests", resolveId, transform: (code) => code.replaceAll("@__NO_SIDE_EFFECTS__", "") }],
    external: "gradus", // found by the page's import map
    treeshake: false, // tests are nothing but side effects
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  return new Map(output.flatMap((part) => (part.type === "chunk" ? [[`/${part.fileName}`, part.code] as const] : [])));
}
