import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Files, folderWith, gradus, root } from "./command.ts";
import { idx } from "./idx.ts";
import { binary, brief, csv } from "./tables.ts";

interface Summary {
  readonly data: {
    readonly name: string;
    readonly inputs: number;
    readonly outputs: number;
    readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  };
  readonly task: string;
  readonly fingerprint: string;
  readonly loss: { readonly train: number };
}

/** Trains on one file and gives what --json prints. */
async function summaryOf(content: string | Uint8Array, ...flags: string[]): Promise<Summary> {
  const cwd = await folderWith({ "data.csv": content });
  const { stdout, stderr } = await gradus(["train", "data.csv", ...brief, "--json", ...flags], { cwd });
  expect(stderr).not.toMatch(/error/);
  return JSON.parse(stdout);
}

/** The notes that train prints. */
async function notesOn(files: Files, ...args: string[]): Promise<string[]> {
  const { stdout } = await gradus(["train", ...args, ...brief], { cwd: await folderWith(files) });
  return stdout.split("\n").flatMap((line) => (line.startsWith("note ") ? [line.slice(5).trim()] : []));
}

/** The first column missing in every seventh row. */
const holes = binary.replaceAll(/^[-0-9.]+(?=,.*\n)/gm, (value, at: number) => (at % 7 === 0 ? "" : value));
const words = csv((a, b) => (a + b > 0 ? "cat" : "dog"))
  .replaceAll(/,-[^,]*(?=,)/g, ",low")
  .replaceAll(/,0[^,]*(?=,)/g, ",high");

describe.concurrent("train takes", () => {
  it("words as the target and as inputs, one input for each word", async () => {
    const { data, task } = await summaryOf(words);
    expect([task, data.inputs, data.outputs]).toEqual(["binary", 3, 1]);
  });

  it("semicolons, gzip, standard input and a file without a header row: the same numbers, the same network", async () => {
    const cwd = await folderWith({ "data.csv.gz": gzipSync(binary) });
    const args = (source: string): string[] => ["train", source, ...brief, "--json"];
    const [plain, semicolons, zipped, streamed, bare] = await Promise.all([
      summaryOf(binary),
      summaryOf(binary.replaceAll(",", ";")),
      gradus(args("data.csv.gz"), { cwd }),
      gradus(args("-"), { cwd, input: binary }),
      summaryOf(binary.slice(binary.indexOf("\n") + 1)),
    ]);
    expect(semicolons.fingerprint).toBe(plain.fingerprint);
    expect(JSON.parse(zipped.stdout)).toMatchObject({ data: { name: "data" }, fingerprint: plain.fingerprint });
    expect(JSON.parse(streamed.stdout)).toMatchObject({ data: { name: "stdin" }, fingerprint: plain.fingerprint });
    expect(bare.fingerprint).toBe(plain.fingerprint);
  });

  it("names out of a file as names, whatever they are", async () => {
    const odd = binary.replace("a,b,y", "constructor,__proto__,toString");
    const cwd = await folderWith({
      "constructor.csv": odd,
      "iris.csv": binary,
      "esc.csv": `${odd}1,\u001b[31mred,0\n`,
    });
    const train = (file: string): ReturnType<typeof gradus> => gradus(["train", file, ...brief, "--json"], { cwd });
    expect(JSON.parse((await train("constructor.csv")).stdout)).toMatchObject({ data: { inputs: 2 } });
    expect(JSON.parse((await train("iris.csv")).stdout)).toMatchObject({ data: { name: "iris" }, steps: 3 });
    const { status, stderr } = await train("esc.csv");
    expect(status).toBe(2);
    expect(stderr).not.toContain("\u001b");
    expect((await gradus(["train", "constructor"], { cwd })).stderr).toMatch(/^constructor: there is no data set/);
  });

  it("missing values when it is told what to do about them", async () => {
    const missing = holes.split("\n").filter((line) => line.startsWith(",")).length;
    expect(missing).toBeGreaterThan(2);
    const [dropped, filled] = await Promise.all([
      summaryOf(holes, "--missing", "drop"),
      summaryOf(holes, "--missing", "mean"),
    ]);
    const sum = ({ data }: Summary): number => Object.values(data.rows).reduce((a, b) => a + b);
    expect(sum(dropped)).toBe(40 - missing);
    expect(sum(filled)).toBe(40);
    const lost = binary.replace(/[01]\n$/, "\n");
    expect(sum(await summaryOf(lost, "--missing", "drop"))).toBe(39);
  });

  it("constant columns, and says that they carry nothing", async () => {
    const constant = binary.replaceAll(/^[-0-9.]+/gm, "7");
    const both = constant.replaceAll(/,[^,\n]*(?=,[01]$)/gm, ",3");
    expect(await notesOn({ "data.csv": constant }, "data.csv")).toEqual(["a constant column carries nothing: a"]);
    const [note] = await notesOn({ "data.csv": both }, "data.csv");
    expect(note).toBe("every input is constant: nothing but the average target can be learnt");
    const { loss } = await summaryOf(both);
    expect(loss.train).toBeGreaterThan(0);
  });

  it("says what it found out about a file, and only about the columns that it uses", async () => {
    const bare = binary.slice(binary.indexOf("\n") + 1);
    expect(await notesOn({ "data.csv": bare }, "data.csv")).toEqual(["no header row: columns named x1, x2, target"]);
    expect(await notesOn({ "data.csv": words }, "data.csv")).toEqual(["column b: text, 2 levels"]);
    expect(await notesOn({ "data.csv": words }, "data.csv", "--drop", "b")).toEqual([]);
  });
});

const images: Files = {
  "set/train-images-idx3-ubyte": idx([30, 3, 2], (i) => (i * 37) % 256),
  "set/train-labels-idx1-ubyte.gz": gzipSync(idx([30], (i) => i % 3)),
  "set/t10k-images-idx3-ubyte": idx([9, 3, 2], (i) => (i * 53) % 256),
  "set/t10k-labels-idx1-ubyte": idx([9], (i) => i % 3),
};

describe("a folder in MNIST's layout", () => {
  it("is trained on, its own test files sealed", async () => {
    const cwd = await folderWith(images);
    const { stdout } = await gradus(["train", "set", ...brief, "--json", "--out", "run"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      data: { name: "set", inputs: 6, outputs: 3, rows: { train: 24, validation: 6, test: 9 } },
      task: "multiclass",
      loss: { test: null },
    });
    const opened = JSON.parse((await gradus(["evaluate", "run", "--test", "--json"], { cwd })).stdout);
    expect(opened).toMatchObject({ part: "test", rows: 9, testOpenings: 1 });
    expect(await readFile(join(cwd, "run/report.html"), "utf8")).toContain("<img");
  });

  it("is refused before training when its test labels are not those of training and --final would open them", async () => {
    const cwd = await folderWith({ ...images, "set/t10k-labels-idx1-ubyte": idx([9], (i) => i % 4) });
    const { status, stderr } = await gradus(["train", "set", ...brief, "--final", "--out", "run"], { cwd });
    expect(stderr).toMatch(/the class "3" was not among the training rows/);
    expect(status).toBe(2);
    expect(existsSync(join(cwd, "run"))).toBe(false);
  });

  it("names the file that is not there", async () => {
    const { "set/t10k-labels-idx1-ubyte": _, ...three } = images;
    const { status, stderr } = await gradus(["train", "set"], { cwd: await folderWith(three) });
    expect(stderr).toMatch(/not there +t10k-labels-idx1-ubyte/);
    expect(status).toBe(2);
  });

  it.skipIf(!existsSync(join(root, "../shared/data/mnist")))(
    "MNIST itself, where it is at hand",
    async () => {
      const cwd = await folderWith();
      const flags = ["--hidden", "2", "--epochs", "0", "--json"];
      const { stdout } = await gradus(["train", join(root, "../shared/data/mnist"), ...flags], { cwd });
      expect(JSON.parse(stdout).data.rows).toEqual({ train: 48_000, validation: 12_000, test: 10_000 });
    },
    60_000,
  );
});
