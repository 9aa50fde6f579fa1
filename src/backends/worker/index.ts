import type { BackendOptions, Outcome, Place, PlaceTools, Runner, Stop } from "../../compile/backend.ts";
import { portion } from "../../core/steps.ts";
import { Tensor, type TensorData } from "../../core/tensor.ts";
import type { Program } from "../../graph/program.ts";
import { checkArguments } from "../arguments.ts";
import { assembling } from "../wasm/assemble.ts";
import type { Assembly } from "../wasm/assembly.ts";
import { lacksShared } from "../wasm/compile.ts";
import { linked } from "../wasm/machine.ts";
import { Connection, Lost } from "./connection.ts";
import type { Sent, Write } from "./messages.ts";

export { isPage } from "./runtime.ts";

/**
 * A page's worker as the place where programs run: the page traces and compiles them, a step at a time, and has them run
 * there. Where no worker can be started, or it is lost, the page runs them itself, in moments between, and says so once.
 */
export class WorkerPlace implements Place {
  readonly #connection = new Connection();
  readonly #tools: PlaceTools;
  #programs = 0;

  constructor(tools: PlaceTools) {
    this.#tools = tools;
  }

  async start(program: Program, options: BackendOptions): Promise<Runner> {
    const { pace } = this.#tools;
    const assembly = await pace.through(assembling(program, options));
    try {
      return await this.#linked(assembly);
    } catch (error) {
      if (!lacksShared(assembly, error)) throw error;
      return this.#linked(await pace.through(assembling(program, { ...options, threads: 1 })));
    }
  }

  async #linked(assembly: Assembly): Promise<Runner> {
    const way = { connection: this.#connection, tools: this.#tools, number: ++this.#programs };
    const runner = new WorkerRunner(assembly, way);
    await runner.link();
    return runner;
  }

  close(): void {
    this.#connection.close();
  }
}

/** A program in the worker; on this thread where that is not possible. */
class WorkerRunner implements Runner {
  readonly #assembly: Assembly;
  readonly #connection: Connection;
  readonly #number: number;
  readonly #tools: PlaceTools;
  /** What stands in the worker's memory. */
  #written: readonly (Tensor | undefined)[] = [];
  #here: Runner | null = null;

  constructor(
    assembly: Assembly,
    way: { readonly connection: Connection; readonly number: number; readonly tools: PlaceTools },
  ) {
    this.#assembly = assembly;
    this.#connection = way.connection;
    this.#number = way.number;
    this.#tools = way.tools;
  }

  /** @throws `engine-module`, `engine-memory` when the worker cannot run it */
  async link(): Promise<void> {
    await this.#orHere(async () => {
      await this.#connection.ready;
      const assembly: Sent = { ...this.#assembly, host: this.#assembly.host.length };
      await this.#connection.ask({ kind: "link", program: this.#number, assembly });
    });
  }

  async run(inputs: readonly Tensor[], stop: Stop = {}): Promise<Outcome> {
    checkArguments(this.#assembly.inputs, inputs);
    const there = this.#here ? null : await this.#orHere(() => this.#runThere(inputs, stop));
    return there ?? this.#here!.run(inputs, stop);
  }

  close(): void {
    this.#here?.close();
    this.#connection.tell({ kind: "close", program: this.#number });
  }

  /** Does it in the worker; `null` where there is none, and this thread has to. */
  async #orHere<T>(there: () => Promise<T | null>): Promise<T | null> {
    try {
      const result = await there();
      if (result !== null) return result;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      sayOnce(error.message);
    }
    this.#here = this.#tools.here(linked(this.#assembly));
    return null;
  }

  /** The outcome of a run in the worker; `null` when a line needs a rule that is on this thread only. */
  async #runThere(inputs: readonly Tensor[], { signal, turns }: Stop): Promise<Outcome | null> {
    const parts = await this.#changed(inputs);
    const abort = (): void => this.#connection.tell({ kind: "stop" });
    signal?.addEventListener("abort", abort);
    try {
      const buffers = parts.map(({ numbers }) => numbers.buffer);
      const stopped = signal?.aborted === true;
      const question = { kind: "run", program: this.#number, parts, turns, stopped } as const;
      const answer = await this.#connection.ask(question, buffers);
      if (!("tensors" in answer)) return null;
      const tensors = answer.tensors.map(({ shape, data, dtype }) => new Tensor(shape, data, dtype));
      const { threads } = answer;
      return answer.kind === "outputs" ? { threads, outputs: tensors } : { threads, stopped: tensors };
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** What of the inputs does not stand in the worker's memory: large ones are sent in portions, small ones go with the run. */
  async #changed(inputs: readonly Tensor[]): Promise<Write[]> {
    const parts: Write[] = [];
    const { pace } = this.#tools;
    const before = this.#written;
    this.#written = inputs;
    for (const [input, { data, dtype }] of inputs.entries()) {
      if (before[input] === inputs[input] || this.#assembly.inputs[input]!.address === null) continue;
      const single = dtype === "real" && this.#assembly.precision === "f32";
      for (let from = 0; from < data.length; from += portion) {
        const numbers = copied(data.subarray(from, from + portion), single);
        if (data.length <= portion) parts.push({ input, from, numbers });
        else {
          this.#connection.tell({ kind: "write", program: this.#number, part: { input, from, numbers } }, [
            numbers.buffer,
          ]);
          if (pace.due) await pace.rest();
        }
      }
    }
    return parts;
  }
}

const copied = (data: TensorData, single: boolean): TensorData =>
  single && data instanceof Float64Array ? Float32Array.from(data) : data.slice();

let said = false;

function sayOnce(reason: string): void {
  if (said) return;
  said = true;
  console.warn(`gradus trains on the page's own thread, in short turns: no worker (${reason}).`);
}
