import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readCode, writeCode } from "../../src/cli/keptcode.ts";
import { folderWith, gradus } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-kept-"));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;
const place = (): string => join(folder, String(made++), "main.cjs");

describe("code that is kept", () => {
  const code = Buffer.from("what V8 made of it");

  it("is given back for the same content, and for no other", () => {
    const path = place();
    writeCode(path, "aa11", code);
    expect(readCode(path, "aa11")).toEqual(code);
    expect(readCode(path, "aa12")).toBeUndefined();
    writeCode(path, "aa12", code);
    expect(readCode(path, "aa12")).toEqual(code);
  });

  it("is not given back when a byte of it has changed, or some are missing", () => {
    const path = place();
    writeCode(path, "aa11", code);
    const whole = readFileSync(path);
    for (const damaged of [whole.subarray(0, -1), whole.subarray(0, 3), Buffer.from(whole).fill(0, 20, 21)]) {
      writeFileSync(path, damaged);
      expect(readCode(path, "aa11")).toBeUndefined();
    }
  });

  it.skipIf(process.platform === "win32")("is not given back when others may have written it", () => {
    const path = place();
    writeCode(path, "aa11", code);
    chmodSync(path, 0o620);
    expect(readCode(path, "aa11")).toBeUndefined();
  });

  it("is done without where there is no place for it, and nothing is left behind", () => {
    const path = place();
    expect(readCode(path, "aa11")).toBeUndefined();
    writeFileSync(join(folder, "file"), "");
    writeCode(join(folder, "file", "main.cjs"), "aa11", code);
    expect(readCode(join(folder, "file", "main.cjs"), "aa11")).toBeUndefined();
    writeCode(join(folder, "taken.cjs"), "aa11", code);
    writeFileSync(join(folder, `taken.cjs.${process.pid}`), "of another");
    writeCode(join(folder, "taken.cjs"), "aa12", code);
    expect(readCode(join(folder, "taken.cjs"), "aa11")).toEqual(code);
    expect(readdirSync(folder)).not.toContain(`taken.cjs.${process.pid}`);
  });
});

describe("a command", () => {
  /** Files of ours by what they are: Node keeps code of its own at the same place. */
  const keptIn = (kept: string): Record<string, number> =>
    Object.fromEntries(
      readdirSync(kept, { recursive: true, encoding: "utf8" })
        .filter((file) => file.startsWith("gradus-code") && file.endsWith(".cjs"))
        .map((file) => [file, statSync(join(kept, file)).ino] as const),
    );
  const words = ["train", "iris", "--epochs", "2", "--quiet", "--out"];

  it("keeps its code when it is run first, and uses it the next time to the same end", async () => {
    const cwd = await folderWith();
    const kept = join(cwd, "kept");
    const env = { NODE_COMPILE_CACHE: kept };
    expect((await gradus([...words, "first"], { cwd, env })).status).toBe(0);
    const files = keptIn(kept);
    expect(Object.keys(files).some((file) => /train-[^/\\]*[/\\]main\.cjs$/.test(file))).toBe(true);
    expect((await gradus([...words, "second"], { cwd, env })).status).toBe(0);
    expect(keptIn(kept)).toEqual(files); // V8 took them: none was written anew
    const model = (run: string): Buffer => readFileSync(join(cwd, run, "model.safetensors"));
    expect(model("second")).toEqual(model("first"));
  });

  it("keeps nothing when it fails, or when that is turned off", async () => {
    const cwd = await folderWith();
    const kept = join(cwd, "kept");
    const failed = await gradus(["train", "none.csv"], { cwd, env: { NODE_COMPILE_CACHE: kept } });
    expect(failed.status).toBe(2);
    const off = { NODE_COMPILE_CACHE: kept, NODE_DISABLE_COMPILE_CACHE: "1" };
    expect((await gradus([...words, "run"], { cwd, env: off })).status).toBe(0);
    expect(existsSync(kept) ? keptIn(kept) : {}).toEqual({});
  });

  it("works where its code cannot be kept", async () => {
    const cwd = await folderWith({ file: "" });
    const { status, stderr } = await gradus([...words, "run"], { cwd, env: { NODE_COMPILE_CACHE: join(cwd, "file") } });
    expect([status, stderr]).toEqual([0, ""]);
  });
});
