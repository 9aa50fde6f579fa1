import { assemble } from "../../src/backends/wasm/assemble.ts";
import { linked } from "../../src/backends/wasm/machine.ts";
import { provideDivision } from "../../src/backends/wasm/threads/dividing.ts";
import { division } from "../../src/backends/wasm/threads/division.ts";
import { canShare } from "../../src/backends/wasm/threads/here.ts";
import { provideThreads } from "../../src/backends/wasm/threads/local.ts";
import { linkedForSeveral } from "../../src/backends/wasm/threads/several.ts";
import type { BackendOptions, Executable } from "../../src/compile/index.ts";
import { Tensor } from "../../src/core/tensor.ts";
import type { Program } from "../../src/graph/program.ts";
import { neg } from "../../src/ops/index.ts";
import { programOf } from "./cases.ts";

provideThreads(linkedForSeveral);
provideDivision(division);

/** Compiled for so many threads, with everything divided that can be, however small. */
export const divided = (program: Program, options: BackendOptions): Executable =>
  linked(assemble(program, options, () => true));

/** Whether so many threads can share memory here; if so, they have started when the promise is kept. */
export async function started(threads: number): Promise<boolean> {
  if (!canShare(true)) return false;
  const x = new Tensor([64], new Float64Array(64));
  const program = divided(
    programOf((x) => neg(x!), [x]),
    { precision: "f64", threads },
  );
  for (let turn = 0; turn < 1000 && program.threads === 1; turn++) {
    program.run([x]);
    await new Promise((resume) => setTimeout(resume, 10)); // in pages, workers start only while the page is at rest
  }
  return program.threads === threads;
}

/** Kinds, shapes and bytes of numbers, comparable at a glance; every NaN alike. */
export const plain = (results: readonly Tensor[]): string[] =>
  results.map(({ dtype, shape, data }) => {
    const numbers = data.map((x) => (Number.isNaN(x) ? Number.NaN : x));
    return `${dtype} [${shape}] ${Array.from(new Uint32Array(padded(numbers)), (word) => word.toString(16))}`;
  });

function padded(numbers: Tensor["data"]): ArrayBuffer {
  const bytes = new Uint8Array(4 * Math.ceil(numbers.byteLength / 4));
  bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  return bytes.buffer;
}

/** How many threads worked on a program, after its bits were compared with those that one thread gives; or what differs. */
export function together(program: Program, args: readonly Tensor[], options: BackendOptions): number | string {
  const [one, some] = [divided(program, { ...options, threads: 1 }), divided(program, options)];
  const [should, is] = [plain(one.run(args)), plain(some.run(args))];
  some.close?.();
  const wrong = is.findIndex((bits, i) => bits !== should[i]);
  return wrong === -1 ? some.threads : `result ${wrong} is ${is[wrong]}, should be ${should[wrong]}`;
}
