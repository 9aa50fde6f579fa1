import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ModelError } from "../../src/core/index.ts";
import { newFolder, readRunFile } from "../../src/run/folder.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gradus-folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const problem = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ModelError ? error.problem : error),
  );

it("makes the folders that are missing, and takes away just those when a run is abandoned", async () => {
  await mkdir(join(root, "there"));
  const folder = await newFolder(join(root, "there/a/b"), "data");
  await folder.write("run.json", "{}");
  await folder.append({ epoch: 1 });
  expect(await readdir(folder.path)).toEqual([".running", "history.jsonl", "run.json"]);
  await folder.abandon();
  expect(await readdir(root, { recursive: true })).toEqual(["there"]);
});

it("leaves alone what others have put beside its own files", async () => {
  const folder = await newFolder(join(root, "run"), "data");
  await folder.write("run.json", "{}");
  await writeFile(join(folder.path, "note"), "mine");
  await folder.abandon();
  expect(await readdir(folder.path)).toEqual(["note"]);
});

it("replaces a file as a whole and leaves nothing aside", async () => {
  const folder = await newFolder(join(root, "run"), "data");
  await folder.write("summary.json", "old");
  await folder.write("summary.json", "new");
  await folder.close();
  expect(await readdir(folder.path)).toEqual(["summary.json"]);
  expect(await readFile(join(folder.path, "summary.json"), "utf8")).toBe("new");
});

it("takes an empty folder, but never one with something in it, or a file", async () => {
  await mkdir(join(root, "empty"));
  await writeFile(join(root, "file"), "");
  expect((await newFolder(join(root, "empty"), "data")).path).toBe(join(root, "empty"));
  expect(await problem(newFolder(root, "data"))).toMatchObject({
    code: "output-folder",
    given: { holds: "empty, file" },
  });
  expect(await problem(newFolder(join(root, "file"), "data"))).toMatchObject({ code: "output-folder" });
});

it("tells a folder of runs from a run, and names the nearest", async () => {
  const folder = await newFolder(join(root, "spiral"), "data");
  await folder.write("run.json", "{}");
  expect(await problem(readRunFile(join(root, "spirl"), "run.json"))).toMatchObject({
    code: "file-missing",
    hint: `did you mean ${join(root, "spiral")}?`,
  });
  expect(await problem(readRunFile(root, "run.json"))).toMatchObject({
    code: "file-missing",
    hint: `${root} holds runs: name one of them`,
  });
  expect(await readRunFile(folder.path, "run.json")).toEqual(new TextEncoder().encode("{}"));
});
