import { expect, it } from "vitest";
import wabt from "wabt";
import { atomics } from "../../src/backends/wasm/atomics.ts";
import { type Body, called, f64, i32, i64, type Kind, Module, operation } from "../../src/backends/wasm/emitter.ts";
import { lanes } from "../../src/backends/wasm/lanes.ts";
import { clearBytes, copyBytes } from "../../src/backends/wasm/moves.ts";

const features = { simd: true, relaxed_simd: true, threads: true, bulk_memory: true } as const;
const { readWasm } = await wabt();

/** A module as wabt, which knows nothing of the emitter, reads it: one instruction a line, without comments. */
function text(module: Module): string[] {
  const read = readWasm(module.bytes(), { ...features, readDebugNames: false });
  const lines = read.toText({ foldExprs: false, inlineExport: false }).split("\n");
  read.destroy();
  return lines.map((line) =>
    line
      .replace(/\(;.*?;\)|;;.*/g, "")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[\s)]+$/, ""),
  );
}

/** The instructions of a module's only function, its locals first. */
function instructions(
  params: readonly Kind[],
  results: readonly Kind[],
  write: (body: Body, module: Module) => void,
): string[] {
  const module = new Module({ least: 1, most: null });
  module.func(params, results, (body) => write(body, module));
  const lines = text(module);
  return lines.slice(lines.findIndex((line) => line.startsWith("(func")) + 1).filter((line) => line !== "");
}

const nothing = (): Module => new Module({ least: 1, most: null });

it("an empty module imports its memory", () => {
  expect(text(nothing())).toEqual(["(module", '(import "host" "memory" (memory 1', ""]);
});

it("a memory of several threads is shared and has a greatest size", () => {
  expect(text(new Module({ least: 3, most: 70000 - 4464 }))).toContain(
    '(import "host" "memory" (memory 3 65536 shared',
  );
});

it("functions and numbers of the host come in the order in which they are asked for, each with an index of its kind", () => {
  const module = nothing();
  const thread = module.number("thread", "i32");
  const call = module.import("call", ["i32", "f64"], []);
  const scale = module.number("scale", "f64");
  const func = module.func([], ["f64"], (body) => {
    body.call(call, thread, scale);
    body.give(scale);
  });
  module.export("run", func);
  expect(text(module).slice(1)).toEqual([
    "(type (func (param i32 f64",
    "(type (func (result f64",
    '(import "host" "memory" (memory 1',
    '(import "host" "thread" (global i32',
    '(import "host" "call" (func (type 0',
    '(import "host" "scale" (global f64',
    "(func (type 1) (result f64",
    ...["global.get 0", "global.get 1", "call 0", "global.get 1"],
    '(export "run" (func 1',
    "",
  ]);
});

it("a type of functions stands once, and so does a shared function", () => {
  const module = nothing();
  const write = () => module.func(["i32"], ["i32"], (body) => body.give(body.param(0, "i32")));
  const [one, two, other] = [module.shared("same", write), module.shared("same", write), module.shared("other", write)];
  expect([one.index, two.index, other.index]).toEqual([0, 0, 1]);
  expect(text(module).filter((line) => line.startsWith("(type"))).toHaveLength(1);
});

it("whole numbers of every length are written as they are read", () => {
  const ends = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31), 0x12345678];
  const wide = [...ends.map(BigInt), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 32n) - 1n];
  for (const x of ends) expect(instructions([], ["i32"], (body) => body.give(i32(x)))).toEqual([`i32.const ${x}`]);
  for (const x of wide) expect(instructions([], ["i64"], (body) => body.give(i64(x)))).toEqual([`i64.const ${x}`]);
  expect(instructions([], ["i32"], (body) => body.give(i32(2 ** 32 - 64)))).toEqual(["i32.const -64"]); // an address near 4 GiB
  expect(instructions([], ["f64"], (body) => body.give(f64(-1.5)))).toEqual(["f64.const -0x1.8p+0"]);
});

it("a loop that counts tests first, and its limit is computed once", () => {
  const lines = instructions(["i32"], [], (body) => {
    const sum = body.local("i32", i32(0));
    body.count(i32(0), body.param(0, "i32"), 2, (i) => body.set(sum, operation("i32", [0x6a], sum, i)));
  });
  expect(lines).toEqual([
    ...["(local i32 i32 i32", "i32.const 0", "local.set 1", "i32.const 0", "local.set 2", "local.get 0", "local.set 3"],
    ...["block", "loop", "local.get 2", "local.get 3", "i32.lt_s", "i32.eqz", "br_if 1"],
    ...["local.get 1", "local.get 2", "i32.add", "local.set 1"],
    ...["local.get 2", "i32.const 2", "i32.add", "local.set 2", "br 0", "end", "end"],
  ]);
});

it("a choice has both branches, or one", () => {
  const lines = instructions(["i32"], [], (body, module) => {
    const call = module.func([], [], () => {});
    body.choose(body.param(0, "i32"), () => body.call(call), () => body.run((out) => out.byte(0x00))); // biome-ignore format: two branches
    body.choose(body.param(0, "i32"), () => body.call(call));
  });
  expect(lines.slice(0, 9)).toEqual(["local.get 0", "if", "call 1", "else", "unreachable", "end", "local.get 0", "if", "call 1"]); // biome-ignore format: one list
});

it.each(["f32", "f64"] as const)("vectors of %s load, compute and store in lanes of their width", (precision) => {
  const { op, test, splat, load, loadSplat, store, storeLane, extract, replace, bits } = lanes(precision);
  const [shape, width, align] = precision === "f32" ? ["f32x4", 32, 4] : ["f64x2", 64, 8];
  const at = i32(64);
  const lines = instructions(["v128", precision], [], (body) => {
    const [x, one] = [body.param(0, "v128"), body.param(1, precision)];
    body.run((out) => store(out, at, 16, op("add", load(at, 300), loadSplat(at, 0))));
    body.run((out) => storeLane(out, at, 8, replace(splat(extract(x, 1)), 1, one), 1));
    body.set(x, op("nmadd", x, op("madd", x, op("sqrt", x), splat(2)), test("le", x, bits(1n))));
  });
  expect(lines).toEqual([
    ...["i32.const 64", "i32.const 64", `v128.load offset=300 align=${align}`, "i32.const 64", `v128.load${width}_splat`],
    ...[`${shape}.add`, `v128.store offset=16 align=${align}`],
    ...["i32.const 64", "local.get 0", `${shape}.extract_lane 1`, `${shape}.splat`, "local.get 1"],
    ...[`${shape}.replace_lane 1`, `v128.store${width}_lane offset=8 1`],
    ...["local.get 0", "local.get 0", "local.get 0", `${shape}.sqrt`, `${precision}.const 0x1p+1`, `${shape}.splat`],
    ...[`${shape}.relaxed_madd`, "local.get 0", `i${width}.const 1`, `i${width}x${128 / width}.splat`, `${shape}.le`],
    ...[`${shape}.relaxed_nmadd`, "local.set 0"],
  ]);
}); // biome-ignore format: instructions that belong together

it("negation flips the sign bits", () => {
  const negated = (precision: "f32" | "f64") =>
    instructions(["v128"], ["v128"], (body) => body.give(lanes(precision).op("neg", body.param(0, "v128"))));
  expect(negated("f32")).toEqual(["local.get 0", "i32.const -2147483648", "i32x4.splat", "v128.xor"]);
  expect(negated("f64")).toEqual(["local.get 0", "i64.const -9223372036854775808", "i64x2.splat", "v128.xor"]);
});

it("words that threads share are read and written atomically", () => {
  const module = new Module({ least: 1, most: 1 });
  const thread = module.number("thread", "i32");
  module.func([], ["i32"], (body) => {
    body.run((out) => atomics.store(out, { base: thread, offset: 128 }, i32(7)));
    body.give(atomics.load({ base: thread, offset: 64 }));
  });
  expect(text(module).slice(-6)).toEqual([
    ...["global.get 0", "i32.const 7", "i32.atomic.store offset=128", "global.get 0", "i32.atomic.load offset=64", ""],
  ]);
});

it("runs of bytes are copied and cleared at once", () => {
  const lines = instructions([], [], (body) => {
    copyBytes(body, { base: i32(8), offset: 0 }, { base: i32(64), offset: 4 }, i32(12));
    clearBytes(body, { base: i32(0), offset: 640 }, i32(100));
  });
  expect(lines).toEqual([
    ...["i32.const 8", "i32.const 64", "i32.const 4", "i32.add", "i32.const 12", "memory.copy"],
    ...["i32.const 0", "i32.const 640", "i32.add", "i32.const 0", "i32.const 100", "memory.fill"],
  ]);
});

it("functions call each other and may give vectors", () => {
  const module = nothing();
  const double = module.func(["v128"], ["v128"], (body) => {
    const x = body.param(0, "v128");
    body.give(lanes("f32").op("add", x, x));
  });
  module.func(["v128"], ["v128"], (body) => body.give(called("v128", double, body.param(0, "v128"))));
  expect(text(module).filter((line) => line.startsWith("call"))).toEqual(["call 0"]);
});
