import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { folderWith, gradus } from "./command.ts";
import { binary, brief } from "./tables.ts";

let cwd: string;
const text = (file: string): Promise<string> => readFile(join(cwd, file), "utf8");
const words = (html: string, selector: string): string[] => {
  const { document } = parseHTML(html) as unknown as {
    document: { querySelectorAll(s: string): Iterable<{ textContent: string }> };
  };
  return [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
};

beforeAll(async () => {
  cwd = await folderWith({ "data.csv": binary });
  const train = ["train", "data.csv", ...brief, "--quiet"];
  await gradus([...train, "--out", "one"], { cwd });
  await gradus([...train, "--l2", "0.5", "--out", "two"], { cwd });
});

describe("gradus report", () => {
  it("writes the report of a run again: the same figures, and what took too long when it was trained", async () => {
    const before = await text("one/report.html");
    const again = await gradus(["report", "one"], { cwd });
    expect(again).toEqual({ status: 0, stdout: "report    one/report.html\n", stderr: "" });
    const after = await text("one/report.html");
    for (const part of [".tiles", ".confusion", "#settings", "#reproduce-this-run", "title"])
      expect(words(after, part)).toEqual(words(before, part));
    expect(after).toContain("10 shuffles");
    const json = await gradus(["report", "one/", "--out", "elsewhere.html", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toEqual({ run: "one", report: "elsewhere.html", bytes: Buffer.byteLength(after) });
    expect(await text("elsewhere.html")).toBe(after);
  });

  it("compares several runs: figures with intervals, curves, and the settings that differ", async () => {
    const { status, stdout } = await gradus(["report", "one", "two"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^run +accuracy +loss +parameters +epochs +time\n/);
    expect(stdout).toMatch(/^one +\d\.\d{4} \(\d\.\d{4} to \d\.\d{4}\) /m);
    const page = await text("comparison.html");
    expect(words(page, "h2")).toEqual(["Figures", "Learning curves", "Settings that differ", "Runs"]);
    expect(words(page, "#settings-that-differ tbody th")).toEqual(["l2"]);
    expect(words(page, "figure")).toHaveLength(2);
    const { runs, differing } = JSON.parse((await gradus(["report", "two", "one", "--json"], { cwd })).stdout);
    expect(runs.map(({ run, part }: { run: string; part: string }) => [run, part])).toEqual([
      ["two", "validation"],
      ["one", "validation"],
    ]);
    expect(differing).toEqual([{ name: "l2", values: ["0.5", "0"] }]);
    expect(runs[0].intervals.accuracy.low).toBeLessThanOrEqual(runs[0].metrics.accuracy.validation);
  });

  it.each([
    [["nowhere"], 2, /^nowhere: there is no such run folder\./],
    [["one", "one"], 2, /^one: is named twice/],
    [["one/report.html"], 2, /this is a file, not the folder of a run\.\n {2}hint {3}did you mean one\?/],
    [["one", "--out", "none/x.html"], 2, /there is no folder none\./],
    [["one", "--out", "two"], 2, /this is a folder, and the page is a file\./],
    [[], 2, /<runs> is missing/],
  ] as const)("refuses %j", async (args, status, message) => {
    const refused = await gradus(["report", ...args], { cwd });
    expect(refused).toMatchObject({ status, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });

  it("says what is missing of a run that did not end, and of one whose data have changed", async () => {
    const train = ["train", "other.csv", ...brief, "--quiet", "--out", "three"];
    await writeFile(join(cwd, "other.csv"), binary);
    await gradus(train, { cwd });
    await writeFile(join(cwd, "other.csv"), binary.replace(/\d,/, "5,"));
    const changed = await gradus(["report", "three"], { cwd });
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(/the data have changed since three was trained/);
    expect(changed.stderr).toMatch(/the report that the training wrote is three\/report\.html/);
    const beside = await gradus(["report", "one", "three"], { cwd });
    expect(beside.stdout).toMatch(/^three +\d\.\d{4} +\d/m); // no interval
    await rm(join(cwd, "three/summary.json"));
    const unfinished = await gradus(["report", "three"], { cwd });
    expect(unfinished.stderr).toMatch(/did not come to its end.*\n {2}hint {3}gradus train --resume three/);
  });
});
