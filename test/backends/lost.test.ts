import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Executable } from "../../src/compile/index.ts";

interface Thread {
  terminate(): Promise<number>;
}
type Threads = { Worker: new (...args: readonly unknown[]) => Thread };
const { getBuiltinModule } = process as unknown as { getBuiltinModule(name: string): Threads };
const threads = getBuiltinModule("worker_threads");
const { Worker } = threads;

/** The workers that the engine started. */
const workers: Thread[] = [];
const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => {
  vi.resetModules(); // a crew that lost somebody never works again
  workers.length = 0;
  warn.mockClear();
  threads.Worker = class extends Worker {
    constructor(...args: readonly unknown[]) {
      super(...args);
      workers.push(this);
    }
  };
});
afterEach(() => {
  threads.Worker = Worker;
});

/** A loop of products, for one thread and for three that have started. */
async function loops() {
  const { numbers, programOf } = await import("./cases.ts");
  const { divided, plain, started } = await import("./divided.ts");
  const { matmul, scan, tanh } = await import("../../src/ops/index.ts");
  const args = [numbers([90, 90], 1), numbers([7], 2)];
  const program = programOf(
    (w, steps) => scan((c, s) => [tanh(matmul(c as never, w!)).mul(s!), null], w!, steps!)[0] as never,
    args,
  );
  expect(await started(3)).toBe(true);
  const [alone, together] = [1, 3].map((n) => divided(program, { precision: "f64", threads: n }));
  const expected = plain(alone!.run(args));
  expect(plain(together!.run(args))).toEqual(expected);
  expect([together!.threads, workers.length]).toEqual([3, 2]);
  return { args, expected, together: together!, plain };
}

function rest(slices: ReturnType<Executable["slices"]>) {
  for (let next = slices.next(); ; next = slices.next()) if (next.done) return next.value;
}

/** One thread does the work from now on, and says so once. */
function expectAlone(): void {
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^gradus: a thread was lost \(.+\); programs run on one thread from now on\.$/)],
  ]);
}

describe("a program that several threads run, when one of them is killed", () => {
  it("between two runs, gives the same bits, on one thread from then on", async () => {
    const { args, expected, together, plain } = await loops();
    await workers[1]!.terminate();
    expect(plain(together.run(args))).toEqual(expected);
    expect(plain(together.run(args))).toEqual(expected);
    expectAlone();
    expect(workers).toHaveLength(2);
  });

  it("in the midst of a run, begins anew and gives the same bits", async () => {
    const { args, expected, together, plain } = await loops();
    const slices = together.slices(args, 1);
    slices.next();
    void workers[0]!.terminate(); // this thread hears of it only when it is at rest: it misses the other at a barrier
    expect(plain(rest(slices))).toEqual(expected);
    expect(plain(together.run(args))).toEqual(expected);
    expectAlone();
  });
});
