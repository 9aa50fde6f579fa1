import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { contents, folderWith, gradus } from "./command.ts";
import { binary } from "./tables.ts";

const epochs = 300;
const flags = ["--hidden", "6", "--epochs", String(epochs), "--early-stopping", "250", "--checkpoint", "5"];

const history = async (run: string): Promise<unknown[]> =>
  (await readFile(join(run, "history.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => ({ ...JSON.parse(line), seconds: 0, rowsPerSecond: 0 }));

/** Starts a training and kills it a little after it has told of so many of its epochs: of none to all twenty that it tells of. */
async function killed(cwd: string, run: string, told: number): Promise<number | null> {
  let over = false;
  const { status } = await gradus(["train", "data.csv", ...flags, "--out", run], {
    cwd,
    started: (kill) => told === 0 && setTimeout(() => kill("SIGKILL"), 600 * Math.random()),
    watch: (stderr, kill) => {
      if (over || told === 0 || (stderr.match(/^epoch/gm)?.length ?? 0) < told) return;
      over = true;
      setTimeout(() => kill("SIGKILL"), 40 * Math.random());
    },
  });
  return status;
}

it("twenty runs killed at twenty random moments and taken up again end with the bits of one that was left alone", async () => {
  const cwd = await folderWith({ "data.csv": binary });
  const whole = JSON.parse((await gradus(["train", "data.csv", ...flags, "--out", "whole", "--json"], { cwd })).stdout);
  expect(whole).toMatchObject({ epochs, stopped: "epochs" });
  const rows = await history(join(cwd, "whole"));
  const next = Array.from({ length: 20 }, (_, i) => i);
  const ends: (number | null)[] = [];
  const worker = async (): Promise<void> => {
    for (let i = next.shift(); i !== undefined; i = next.shift()) {
      const run = `run-${i}`;
      ends.push(await killed(cwd, run, Math.floor(22 * Math.random())));
      // Killed before it had a folder, the same command begins; otherwise it goes on.
      const again = await gradus(["train", "data.csv", ...flags, "--out", run, "--resume", "--json"], { cwd });
      expect(again).toMatchObject({ status: 0 });
      const { fingerprint, steps, best, loss, metrics } = JSON.parse(again.stdout);
      expect({ fingerprint, steps, best, loss, metrics }).toEqual({
        fingerprint: whole.fingerprint,
        steps: whole.steps,
        best: whole.best,
        loss: whole.loss,
        metrics: whole.metrics,
      });
      expect(await history(join(cwd, run))).toEqual(rows);
      expect(await contents(join(cwd, run))).toEqual(await contents(join(cwd, "whole")));
    }
  };
  await Promise.all([worker(), worker()]);
  expect(ends).toHaveLength(20);
  expect(ends).toContain(null); // killed, and not done already
}, 120_000);
