import type { Backend, BackendOptions, Executable, Slice } from "../../compile/backend.ts";
import { size } from "../../core/shape.ts";
import { Tensor, type TensorData } from "../../core/tensor.ts";
import type { Program } from "../../graph/program.ts";
import type { Block } from "../../graph/value.ts";
import type { Loop } from "../../ops/index.ts";
import { checkArguments } from "../arguments.ts";
import { isElementwise } from "./elementwise.ts";
import { Module } from "./emitter.ts";
import { features } from "./features.ts";
import type { HostCall } from "./generator.ts";
import { type Lanes, lanes } from "./lanes.ts";
import { constantAddresses, elementBytes, type Layout, layoutOf } from "./layout.ts";
import { mathematics } from "./mathematics/index.ts";
import { packedSize, panelWidth } from "./pack.ts";
import { type Machine as PlanMachine, planOf } from "./plan.ts";
import { instantiate, memoryOf } from "./platform.ts";
import { packs } from "./product.ts";
import { emitProgram, type Piece } from "./program.ts";
import { isWhole, type View } from "./views.ts";

/** Bytes behind the last array that a vector may read, not use. */
const slack = 64;
const page = 65536;
/** Milliseconds that a slice takes at the most, unless one turn takes longer. */
const sliceTime = 8;

/** Compiles a program to one WebAssembly module at run time: fused loops on vectors, all arrays in one planned memory. */
export const wasm: Backend = {
  name: "wasm",
  compile(program, options): Executable {
    const machine = build(program, options);
    const { pieces, give, take } = machine;
    return {
      run(inputs) {
        give(inputs);
        for (const piece of pieces) piece.run(0, piece.length);
        return take();
      },
      *slices(inputs, turns) {
        give(inputs);
        for (const piece of pieces) yield* piece.slices(turns);
        return take();
      },
    };
  },
};

/** What the plan must know: which lines are elementwise, and how much room products need for panels. */
const machineOf = (real: Lanes): PlanMachine => ({
  fusable: (line, types) => isElementwise(line, (v) => types[v]!.dtype),
  scratch: (line, [x, w]) => {
    if (line.op.name !== "matmul" || size(w!.shape) === 0 || !packs(x!, w!, real.bytes)) return 0;
    const [k, m] = w!.shape.slice(-2) as [number, number];
    return packedSize(k, m, panelWidth(real));
  },
});

interface RunnablePiece {
  readonly length: number;
  run(from: number, to: number): void;
  slices(turns?: number): Iterable<Slice>;
}

interface Machine {
  readonly pieces: readonly RunnablePiece[];
  give(inputs: readonly Tensor[]): void;
  take(): Tensor[];
}

function build(program: Program, options: BackendOptions): Machine {
  const real = lanes(options.precision);
  const fused = features.fused && options.reproducible !== true;
  const plan = planOf(program, machineOf(real));
  const { constants, end: start } = constantAddresses(plan, 64, real.bytes);
  const { layout, end } = layoutOf(plan, start, { realBytes: real.bytes, constants });
  const pages = Math.ceil((end + slack) / page);
  const module = new Module({ least: pages, most: null });
  const calls: HostCall[] = [];
  const fallback = module.import("fallback", ["i32"], []);
  const register = (call: HostCall): number => calls.push(call) - 1;
  const pieces = emitProgram(
    { module, lanes: real, fused, mathematics: mathematics(module, real, { fused }), fallback, register },
    layout,
  );
  pieces.forEach(({ func }, i) => {
    module.export(`piece${i}`, func);
  });
  const memory = memoryOf(pages);
  const store = new Store(memory.buffer, real.bytes);
  const host = { memory, fallback: (n: number) => store.evaluate(calls[n]!) };
  const instance = instantiate(module.bytes(), host);
  writeConstants(store, layout);
  const types = program.inputs.map((v) => program.types[v]!);
  return {
    pieces: pieces.map((piece, i) =>
      runnable(piece, instance.exports[`piece${i}`] as (from?: number, to?: number) => void, store),
    ),
    give(inputs) {
      checkArguments(types, inputs);
      program.inputs.forEach((v, i) => {
        store.write(layout, v, inputs[i]!);
      });
    },
    take: () => plan.outputs.map((view) => store.read(layout, view)),
  };
}

function runnable(piece: Piece, call: (from?: number, to?: number) => void, store: Store): RunnablePiece {
  if (piece.kind === "straight") return { length: 1, run: () => call(), slices: () => straight(call) };
  const { length, body } = piece.line.params as unknown as Loop;
  const carries = (): Tensor[] => piece.carries.map((at, i) => store.tensorAt(at, body.outputs[i]!));
  return { length, run: call, slices: (turns) => slicesOf(call, { length, carries }, turns) };
}

function straight(call: () => void): Iterable<Slice> {
  call();
  return [];
}

/** Turns of a loop in blocks: of `turns`, or of as many as fit into the time of a slice. */
function* slicesOf(
  call: (from: number, to: number) => void,
  { length, carries }: Pick<Slice, "length" | "carries">,
  turns: number | undefined,
): Generator<Slice, void, void> {
  let block = turns ?? 1;
  for (let done = 0; done < length; ) {
    const to = Math.min(length, done + block);
    const began = performance.now();
    call(done, to);
    if (turns === undefined && performance.now() - began < sliceTime / 2) block *= 2;
    done = to;
    yield { done, length, carries };
  }
}

/** The numbers of the constants of a plan and of the bodies in it. */
function writeConstants(store: Store, { plan, address, bodies }: Layout): void {
  for (const line of plan.program.lines) {
    const [v] = line.outputs;
    if (v !== undefined && v !== null && plan.constants.has(v) && address.has(v))
      store.put(address.get(v)!, line.params["tensor"] as Tensor);
  }
  for (const body of bodies.values()) writeConstants(store, body);
}

/** The memory of a program, as the host reads and writes it. */
class Store {
  private readonly buffer: ArrayBuffer;
  private readonly realBytes: 4 | 8;

  constructor(buffer: ArrayBuffer, realBytes: 4 | 8) {
    this.buffer = buffer;
    this.realBytes = realBytes;
  }

  /** The numbers from an address on: integers as such, everything else in the program's precision. */
  private numbers(at: number, length: number, dtype: Block["dtype"]): Float64Array | Float32Array | Int32Array {
    if (dtype === "integer") return new Int32Array(this.buffer, at, length);
    return this.realBytes === 8 ? new Float64Array(this.buffer, at, length) : new Float32Array(this.buffer, at, length);
  }

  put(at: number, { data, dtype }: Tensor): void {
    this.numbers(at, data.length, dtype).set(data);
  }

  write({ address }: Layout, v: number, tensor: Tensor): void {
    const at = address.get(v);
    if (at !== undefined) this.put(at, tensor);
  }

  tensorAt(
    at: number,
    { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: Block["dtype"] },
  ): Tensor {
    const numbers = this.numbers(at, size(shape), dtype);
    const data: TensorData = dtype === "boolean" ? Uint8Array.from(numbers) : numbers.slice();
    return new Tensor(shape, data, dtype);
  }

  read(layout: Layout, view: View): Tensor {
    const { dtype } = layout.plan.types[view.base]!;
    if (isWhole(view)) return this.tensorAt(layout.address.get(view.base)!, { shape: view.shape, dtype });
    const { data } = this.block(layout, view);
    const kept =
      dtype === "integer"
        ? Int32Array.from(data)
        : dtype === "boolean"
          ? Uint8Array.from(data)
          : this.realBytes === 8
            ? data
            : Float32Array.from(data);
    return new Tensor(view.shape, kept, dtype);
  }

  /** The elements of a view in order, as float64. */
  private block({ plan, address }: Layout, { base, shape, strides, offset }: View): Block & { data: Float64Array } {
    const { dtype } = plan.types[base]!;
    const bytes = elementBytes(dtype, this.realBytes);
    const whole = this.numbers(address.get(base)!, size(plan.types[base]!.shape), dtype);
    const data = new Float64Array(size(shape));
    const walk = (axis: number, at: number, i: number): number => {
      if (axis === shape.length) {
        data[i] = whole[at]!;
        return i + 1;
      }
      let next = i;
      for (let k = 0; k < shape[axis]!; k++) next = walk(axis + 1, at + k * strides[axis]!, next);
      return next;
    };
    if (data.length > 0 && bytes > 0) walk(0, offset, 0);
    return { shape, dtype, data };
  }

  /** A line by its reference rule. */
  evaluate({ layout, line }: HostCall): void {
    const { plan, address } = layout;
    const inputs = line.inputs.map((v) => this.block(layout, plan.views.get(v)!));
    const outputs = line.outputs.map((v): Block | null =>
      v === null ? null : { ...plan.types[v]!, data: new Float64Array(size(plan.types[v]!.shape)) },
    );
    line.op.evaluate!(inputs, outputs, line.params);
    line.outputs.forEach((v, i) => {
      const out = outputs[i];
      if (v !== null && out) this.numbers(address.get(v)!, out.data.length, out.dtype).set(out.data);
    });
  }
}
