import type { Backend, BackendOptions, Executable, Slice } from "../compile/backend.ts";
import { size } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import type { Line, Program } from "../graph/program.ts";
import { type Block, constantOp, type Type } from "../graph/value.ts";
import { isLoop, type Loop, roles } from "../ops/index.ts";
import { checkArguments } from "./arguments.ts";

/** A block whose numbers may be swapped for an argument's. */
interface Cell extends Type {
  data: Float64Array;
}

type Generating = Generator<Slice, void, void>;

/** A program with its buffers: one cell a variable, allocated once. */
interface Prepared {
  readonly cells: readonly Cell[];
  readonly inputs: readonly Cell[];
  readonly outputs: readonly Cell[];
  /** Runs every line; pauses between turns of loops. */
  steps(): Generating;
  /** Runs every line at once. */
  run(): void;
}

/**
 * The judge of every other engine: interprets a program in float64, one equation at a time, in plain loops. With f32
 * every result is computed in float64 and then rounded to float32.
 */
export const reference: Backend = {
  name: "reference",
  compile(program, options): Executable {
    const ready = prepare(program, options);
    const outputs = (): Tensor[] => ready.outputs.map((cell) => tensorOf(cell, options));
    return {
      run(inputs) {
        give(ready, inputs, options);
        ready.run();
        return outputs();
      },
      threads: 1,
      *slices(inputs) {
        give(ready, inputs, options);
        yield* ready.steps();
        return outputs();
      },
    };
  },
};

function prepare(program: Program, options: BackendOptions): Prepared {
  const cells = program.types.map(({ shape, dtype }): Cell => ({ shape, dtype, data: new Float64Array(0) }));
  const fixed = new Set<number>();
  const actions: (() => void)[] = [];
  const generators: (() => Generating | undefined)[] = [];
  for (const line of program.lines) {
    for (const v of line.outputs) if (v !== null) cells[v]!.data = new Float64Array(size(cells[v]!.shape));
    const once =
      line.op === constantOp || (!isLoop(line.op) && line.inputs.length > 0 && line.inputs.every((v) => fixed.has(v)));
    const loop = isLoop(line.op) ? turns(line, cells, options) : undefined;
    const action = loop ? () => drain(loop()) : evaluation(line, cells, options);
    if (once) {
      action(); // depends on constants alone: computed now, not at every run
      for (const v of line.outputs) if (v !== null) fixed.add(v);
      continue;
    }
    actions.push(action);
    generators.push(() => (loop ? loop() : void action()));
  }
  return {
    cells,
    inputs: program.inputs.map((v) => cells[v]!),
    outputs: program.outputs.map((v) => cells[v]!),
    run: () => {
      for (const action of actions) action();
    },
    *steps() {
      for (const start of generators) {
        const loop = start();
        if (loop) yield* loop;
      }
    },
  };
}

function drain(loop: Generating): void {
  while (!loop.next().done);
}

function evaluation(
  { op, inputs, outputs, params }: Line,
  cells: readonly Cell[],
  options: BackendOptions,
): () => void {
  const from: Block[] = inputs.map((v) => cells[v]!);
  const to = outputs.map((v) => (v === null ? null : cells[v]!));
  if (op === constantOp) {
    const { data } = params["tensor"] as Tensor;
    return () => {
      to[0]!.data.set(data);
      round(to[0]!, options);
    };
  }
  return () => {
    op.evaluate!(from, to, params);
    for (const cell of to) if (cell) round(cell, options);
  };
}

function round({ dtype, data }: Block, { precision }: BackendOptions): void {
  if (precision === "f32" && dtype === "real") for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i]!);
}

/** The turns of a loop: its body is a program with buffers of its own, used again every turn. */
function turns(line: Line, cells: readonly Cell[], options: BackendOptions): () => Generating {
  const loop = line.params as unknown as Loop;
  const { carries: n, length, backwards } = loop;
  const body = prepare(line.body!, options);
  const inner = roles(loop, body.inputs);
  const outer = roles(
    loop,
    line.inputs.map((v) => cells[v]!),
  );
  const target = line.outputs.map((v) => (v === null ? null : cells[v]!));
  const [last, ys, stacks] = [target.slice(0, n), target.slice(n, target.length - n), target.slice(target.length - n)];

  return function* () {
    inner.constants.forEach((cell, k) => {
      cell.data = outer.constants[k]!.data;
    });
    const state = outer.carries.map((c) => Float64Array.from(c.data));
    const carries = (): Tensor[] => state.map((data, k) => tensorOf({ ...outer.carries[k]!, data }, options));
    for (let turn = 0; turn < length; turn++) {
      const i = backwards ? length - 1 - turn : turn;
      begin(inner, outer.xs, state, stacks, i);
      body.run();
      store(body.outputs.slice(n), ys, i);
      advance(state, body.outputs, inner.carries);
      yield { done: turn + 1, length, carries };
    }
    store(
      state.map((data, k) => ({ ...outer.carries[k]!, data })),
      last,
      0,
    );
  };
}

const rowOf = ({ data }: Block, i: number, width: number): Float64Array => data.subarray(i * width, (i + 1) * width);

/** Turn i: x number i and the carries go in; the carries are kept where the derivative wants them. */
function begin(
  inner: { carries: Cell[]; xs: Cell[] },
  xs: readonly Cell[],
  state: readonly Float64Array[],
  stacks: readonly (Cell | null)[],
  i: number,
): void {
  inner.xs.forEach((cell, k) => {
    cell.data = rowOf(xs[k]!, i, size(cell.shape));
  });
  inner.carries.forEach((cell, k) => {
    cell.data = state[k]!;
  });
  store(inner.carries, stacks, i);
}

function store(from: readonly Block[], to: readonly (Cell | null)[], i: number): void {
  to.forEach((cell, k) => {
    if (cell) rowOf(cell, i, from[k]!.data.length).set(from[k]!.data);
  });
}

/** The carries that the body computed take the place of the old ones; those it only passed on are copied first. */
function advance(state: readonly Float64Array[], outputs: readonly Cell[], inputs: readonly Cell[]): void {
  const next = state.map((_, k) =>
    inputs.includes(outputs[k]!) ? Float64Array.from(outputs[k]!.data) : outputs[k]!.data,
  );
  state.forEach((data, k) => {
    data.set(next[k]!);
  });
}

/** Arguments in: float64 of the right size is used in place, everything else is copied, and rounded for f32. */
function give({ inputs }: Prepared, given: readonly Tensor[], options: BackendOptions): void {
  checkArguments(inputs, given);
  inputs.forEach((cell, i) => {
    const { data } = given[i]!;
    cell.data = data instanceof Float64Array && options.precision === "f64" ? data : Float64Array.from(data);
    if (!(data instanceof Float32Array)) round(cell, options);
  });
}

/** Results out, as copies: real numbers in the program's precision. */
function tensorOf({ shape, dtype, data }: Block, { precision }: BackendOptions): Tensor {
  if (dtype === "integer") return new Tensor(shape, Int32Array.from(data), dtype);
  if (dtype === "boolean") return new Tensor(shape, Uint8Array.from(data), dtype);
  return new Tensor(shape, precision === "f64" ? Float64Array.from(data) : Float32Array.from(data), dtype);
}

/** The first line whose result holds a number that is not finite, or nothing; inputs do not count. */
export function traceNonFinite(program: Program, inputs: readonly Tensor[], options: BackendOptions): Line | undefined {
  const ready = prepare(program, options);
  give(ready, inputs, options);
  ready.run();
  const finite = (v: number | null): boolean => v === null || ready.cells[v]!.data.every((x) => Number.isFinite(x));
  return program.lines.find((line) => !line.outputs.every(finite));
}
