import { expect, it } from "vitest";
import { assemble } from "../../src/backends/wasm/assemble.ts";
import { linked } from "../../src/backends/wasm/machine.ts";
import { tensor } from "../../src/core/tensor.ts";
import { add } from "../../src/ops/index.ts";
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
