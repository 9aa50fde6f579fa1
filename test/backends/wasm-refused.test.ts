import { expect, it } from "vitest";
import { assemble } from "../../src/backends/wasm/assemble.ts";
import { linked } from "../../src/backends/wasm/machine.ts";
import { tensor } from "../../src/core/tensor.ts";
import type { Value } from "../../src/graph/value.ts";
import { add, broadcastTo, mean, scan, sum } from "../../src/ops/index.ts";
import { compile } from "../../src/transform/index.ts";
import { codeOf } from "../numeric.ts";
import { programOf } from "./cases.ts";

const assembly = assemble(
  programOf((x) => add(x!, 1), [tensor([1, 2])]),
  { precision: "f64" },
);

it("runs what was assembled, from plain data alone", () => {
  expect(
    linked(assembly)
      .run([tensor([1, 2])])[0]!
      .toArray(),
  ).toEqual([2, 3]);
});

it("says what is wrong when WebAssembly refuses a module", () => {
  const broken = { ...assembly, bytes: assembly.bytes.slice(0, -1) };
  expect(codeOf(() => linked(broken))).toBe("engine-module");
  expect(() => linked(broken)).toThrow(/bytes +\d+\n +WebAssembly +\S/);
});

it("says so when a program needs more memory than there can be", () => {
  const large = { ...assembly, pages: 70_000 };
  expect(codeOf(() => linked(large))).toBe("engine-memory");
  expect(() => linked(large)).toThrow(/MiB +4375/);
});

it("says so of arrays that are nowhere stored, but too large to be counted", () => {
  // 46341² is the first square beyond 2³¹ − 1, where a count of 32 bits begins anew
  const broad = (n: number) => compile((x: Value) => mean(broadcastTo(x, [n, n])));
  expect(codeOf(() => broad(46_341)(1))).toBe("engine-memory");
  const inLoop = compile(
    (x: Value) => scan((c: Value) => [add(c, mean(broadcastTo(c, [46_341, 46_341]))), null], x, null, { length: 1 })[0],
  );
  expect(codeOf(() => inLoop(1))).toBe("engine-memory");
  expect(broad(1000)(1)).toBe(1);
});

it("says so before WebAssembly does, of arrays that are stored", () => {
  const outer = compile((x: Value) => sum(x.reshape([-1, 1]).mul(x).add(1)));
  expect(() => outer(new Float64Array(40_000))).toThrow(/not enough memory.*MiB +12208/s); // 40000²·8 bytes and a little
});
