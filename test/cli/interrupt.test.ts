import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, contents, folderWith, gradus, root } from "./command.ts";
import { binary } from "./tables.ts";

const whole = ["model.json", "model.safetensors", "predictions.csv", "report.html", "run.json", "summary.json"];
const long = ["train", "digits", "--epochs", "100000", "--out", "run"];

describe.concurrent("an interrupted training saves what it has learnt, exit status 130:", () => {
  it.each([
    ["SIGINT", 1, "later"],
    ["SIGTERM", 1, "later"],
    ["SIGINT", 2, "twice, as a terminal and npx may both send it"],
  ] as const)("%s × %i, %s", async (signal, times, _) => {
    const cwd = await folderWith();
    let sent = false;
    const { status, stderr } = await gradus(long, {
      cwd,
      watch: (text, kill) => {
        if (sent || !text.includes("epoch      1/100000")) return;
        sent = true;
        for (let i = 0; i < times; i++) setTimeout(() => kill(signal), 300 + 50 * i);
      },
    });
    expect(status).toBe(130);
    expect(stderr).toMatch(/^interrupted after \d+ epochs?; what was learnt so far is kept in run$/m);
    await expectUsable(cwd);
  });

  it("SIGINT in the first epoch", async () => {
    const cwd = await folderWith();
    const child = spawn(process.execPath, [bin, ...long, "--hidden", "400,400", "--batch-size", "1", "--json"], {
      cwd,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    await begun(join(cwd, "run"));
    setTimeout(() => child.kill("SIGINT"), 100);
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
    expect(stderr).toMatch(/^interrupted in the first epoch; what was learnt so far is kept in run$/m);
    expect(JSON.parse(stdout)).toMatchObject({ epochs: 0, stopped: "interrupted" });
    await expectUsable(cwd);
  });

  it("SIGINT before training has begun leaves nothing behind", async () => {
    const cwd = await folderWith();
    const child = spawn(process.execPath, [bin, "train", "-"], { cwd });
    // more than a pipe holds: when it is gone, the command is reading
    child.stdin.write(`a,b,y\n${"1,2,0\n".repeat(100_000)}`, () => child.kill("SIGINT"));
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
    expect(stderr).toBe("interrupted before training began: nothing was written.\n");
    expect(await contents(cwd)).toEqual([]);
  });
});

/** Until the run folder has its run file. */
async function begun(run: string): Promise<void> {
  while (!(await contents(run).catch((): string[] => [])).includes("run.json"))
    await new Promise((resolve) => setTimeout(resolve, 10));
}

async function expectUsable(cwd: string): Promise<void> {
  expect(await contents(join(cwd, "run"))).toEqual(expect.arrayContaining(whole));
  expect(JSON.parse(await readFile(join(cwd, "run/summary.json"), "utf8")).stopped).toBe("interrupted");
  const { status, stdout } = await gradus(["predict", "run"], { cwd });
  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1 + 288);
}

it("a reader that closes its end of the pipe is no failure, and the run is kept", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  const child = spawn(process.execPath, [bin, "train", "data.csv", "--hidden", "4", "--out", "run"], { cwd });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(stderr).not.toMatch(/EPIPE|error/);
  expect(await contents(join(cwd, "run"))).toEqual(expect.arrayContaining(whole));
});

it("a second signal that had to wait behind a long computation is the same Ctrl-C; a later one ends the process", () => {
  const code = `import { interruption } from ${JSON.stringify(join(root, "dist/cli/interruption.js"))};
    const { signal, ready } = interruption();
    ready();
    const interrupt = () => process.kill(process.pid, "SIGINT");
    const heard = new Promise((resolve) => signal.addEventListener("abort", resolve));
    interrupt();
    setTimeout(() => undefined, 60_000); // something that goes on
    await heard;
    interrupt();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
    setTimeout(() => {
      console.log("goes on");
      interrupt();
    }, 500);`;
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  expect([status, stdout]).toEqual([130, "goes on\n"]);
});
