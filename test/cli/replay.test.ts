import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { contents, folderWith, gradus } from "./command.ts";
import { binary, brief } from "./tables.ts";

it("replay says that a run is the same, exit status 0; or since when not, and why, exit status 1", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  await gradus(["train", "data.csv", ...brief, "--quiet", "--out", "run"], { cwd });
  const files = await contents(cwd);
  const { fingerprint } = JSON.parse(await readFile(join(cwd, "run/summary.json"), "utf8"));
  expect(await gradus(["replay", "run", "--quiet"], { cwd })).toEqual({
    status: 0,
    stdout: `the same, bit by bit: 3 epochs of run, and the parameters in the end (fingerprint ${fingerprint})\n`,
    stderr: "",
  });
  expect(await contents(cwd)).toEqual(files);

  await writeFile(join(cwd, "data.csv"), binary.replace(/\d,/, "5,"));
  const file = await readFile(join(cwd, "run/run.json"), "utf8");
  await writeFile(join(cwd, "run/run.json"), file.replace(/"v8": "[^"]*"/, '"v8": "1.0"'));
  const changed = await gradus(["replay", "run"], { cwd });
  expect(changed.status).toBe(1);
  expect(changed.stdout).toMatch(/^not the same from epoch 1 on: loss\.train was [\d.]+, is [\d.]+$/m);
  expect(changed.stdout).toMatch(/^ {2}data: [0-9a-f]{16} then, [0-9a-f]{16} now\n {2}v8: 1\.0 then, [\d.]+/m);
  const json = await gradus(["replay", "run", "--json"], { cwd });
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    run: "run",
    equal: false,
    epochs: 0,
    difference: { epoch: 1, what: "loss.train", recorded: expect.any(Number), now: expect.any(Number) },
    fingerprint: { recorded: fingerprint, now: null },
    changes: [{ what: "data" }, { what: "v8", recorded: "1.0" }],
  });
});

it("replay refuses what is no run, exit status 2", async () => {
  const cwd = await folderWith();
  const { status, stderr } = await gradus(["replay", "nowhere"], { cwd });
  expect([status, stderr]).toEqual([2, expect.stringContaining("nowhere: there is no such run folder.")]);
});
