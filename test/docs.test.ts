import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { codes } from "../src/core/index.ts";

const root = join(import.meta.dirname, "..");
const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...markdownIn("docs")];

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file));
}

const blocks = (page: string, language: string): string[] =>
  [...readFileSync(join(root, page), "utf8").matchAll(/```(\w*)\n([\s\S]*?)```/g)].flatMap(([, lang, code]) =>
    lang === language ? [code!] : [],
  );

const scratch = join(root, "test", ".docs");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(pages.filter((page) => blocks(page, "ts").length > 0))("%s", (page) => {
  it.each(blocks(page, "ts").map((code, i) => [i + 1, code] as const))("has a block %i that runs", async (i, code) => {
    mkdirSync(scratch, { recursive: true });
    const file = join(scratch, `${page.replaceAll(/\W/g, "-")}-${i}.ts`);
    writeFileSync(file, `${code}\nexport {};\n`);
    const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await import(/* @vite-ignore */ file);
    expect(print).toHaveBeenCalled();
    for (const [value] of print.mock.calls) expect(value).not.toBeUndefined();
    print.mockRestore();
  });
});

it("has blocks that type-check under strict", () => {
  const folder = join(root, "test", ".docs-types");
  mkdirSync(folder, { recursive: true });
  for (const page of pages)
    for (const [i, code] of blocks(page, "ts").entries())
      writeFileSync(join(folder, `${page.replaceAll(/\W/g, "-")}-${i}.ts`), `${code}\nexport {};\n`);
  const compilerOptions = {
    rootDir: "../..",
    paths: { gradus: ["../../src/node.ts"], "gradus/*": ["../../src/*/index.ts"] },
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: [], files: readdirSync(folder) }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--noEmit"], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

describe("README.md, commands", () => {
  it("runs every command of the tour, in order, on a small table", () => {
    const folder = mkdtempSync(join(tmpdir(), "gradus-docs-"));
    const line = (i: number): string => `${i},${(i * 7) % 5},${3 * i + ((i * 7) % 5)}`;
    const csv = ["rooms,age,price", ...Array.from({ length: 40 }, (_, i) => line(i))].join("\n");
    writeFileSync(join(folder, "my.csv"), csv);
    writeFileSync(join(folder, "new.csv"), csv);
    const commands = blocks("README.md", "sh").flatMap((block) => block.trim().split("\n"));
    for (const command of commands) {
      const [, ...words] = command.split(">")[0]!.trim().split(" ").slice(1);
      const extra = words[0] === "train" ? ["--out", "runs/my-first", "--epochs", "3", "--quiet"] : [];
      execFileSync(process.execPath, [join(root, "bin/gradus.js"), ...words, ...extra], { cwd: folder, stdio: "pipe" });
    }
    expect(readdirSync(join(folder, "runs/my-first"))).toContain("report.html");
    rmSync(folder, { recursive: true });
  });
});

describe("links", () => {
  it.each(pages)("%s links to files that are there", (page) => {
    const text = readFileSync(join(root, page), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, to]) => to!)
      .filter((to) => !/^https?:/.test(to));
    const broken = links.filter((to) => !existsSync(join(root, dirname(page), to)));
    expect(broken.map((to) => relative(root, join(root, dirname(page), to)))).toEqual([]);
  });
});

describe("docs/errors.md", () => {
  it("has a section for every error code, and for no other", () => {
    const sections = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^### (.+)\n\[(\d)\]/gm)];
    expect(Object.fromEntries(sections.map(([, code, status]) => [code, Number(status)]))).toEqual(codes);
  });
});

describe("README.md", () => {
  it("names the two commands that set everything up themselves", () => {
    const text = readFileSync(join(root, "README.md"), "utf8");
    expect(text).toContain("npm ci && npm start");
    expect(text).toContain("npm ci && npm test");
  });
});
