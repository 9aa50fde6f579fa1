import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { codeOf } from "../numeric.ts";

const original = WebAssembly;

beforeEach(() => {
  vi.resetModules(); // what a machine can do is asked once
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const engines = async () => import("../../src/backends/index.ts");
const withoutVectors = Object.assign(Object.create(original), { validate: () => false });
const forbidden = Object.assign(Object.create(original), {
  Module: class {
    constructor() {
      throw new Error("violates the following Content Security Policy directive");
    }
  },
});

it.each([
  ["WebAssembly", undefined],
  ["its vectors", withoutVectors],
  ["leave to compile", forbidden],
])("without %s the reference engine does the work, under its own name, and says once that it does", async (_name, there) => {
  vi.stubGlobal("WebAssembly", there);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { backendOf, defaultBackend } = await engines();
  expect([backendOf().name, defaultBackend()]).toEqual(["reference", "reference"]);
  const { compile, ops } = {
    ...(await import("../../src/transform/index.ts")),
    ops: await import("../../src/ops/index.ts"),
  };
  expect(compile((x: Parameters<typeof ops.exp>[0]) => ops.exp(x))(0)).toBe(1);
  const { engineNamed } = await import("../../src/backends/loaded.ts");
  expect((await engineNamed()).name).toBe("reference");
  expect(warn.mock.calls).toEqual([[expect.stringContaining("programs are interpreted, which is slow")]]);
  warn.mockRestore();
});

it("without WebAssembly the compiled engine is refused by name, with what to do", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  const { backendOf } = await engines();
  expect(codeOf(() => backendOf("wasm"))).toBe("option");
  expect(() => backendOf("wasm")).toThrow("there is no WebAssembly with vectors here");
  expect(backendOf("reference").name).toBe("reference");
});

it("where there is WebAssembly with vectors, the compiled engine is the default", async () => {
  const { backendOf } = await engines();
  expect(backendOf().name).toBe("wasm");
});

it("without relaxed vectors the compiled engine rounds every product, and works", async () => {
  const relaxed = [0xfd, 0x85, 0x02]; // f32x4.relaxed_madd
  const validate = (bytes: Uint8Array): boolean =>
    !bytes.some((_, i) => relaxed.every((b, k) => bytes[i + k] === b)) &&
    original.validate(bytes as Uint8Array<ArrayBuffer>);
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(original), { validate }));
  const { features } = await import("../../src/backends/wasm/features.ts");
  expect([features.vectors, features.fused]).toEqual([true, false]);
});
