import type { Slice } from "../../compile/backend.ts";
import { size } from "../../core/shape.ts";
import type { Tensor, TensorData } from "../../core/tensor.ts";
import { checkArguments } from "../arguments.ts";
import type { Assembly, Part } from "./assembly.ts";
import { instantiate } from "./platform.ts";
import { Store } from "./store.ts";

/** Milliseconds that a slice takes at the most, unless one turn takes longer. */
const sliceTime = 8;

/** A program in a memory of its own: arguments and constants go in, results and carries come out. */
export class Arena {
  /** What reads the carries of each part. */
  readonly carries: readonly (() => Tensor[])[];
  readonly #assembly: Assembly;
  readonly #memory: WebAssembly.Memory;
  readonly #store: Store;
  readonly #entries: readonly ((tensor: Tensor) => void)[];
  readonly #exits: readonly (() => Tensor)[];

  constructor(assembly: Assembly, memory: WebAssembly.Memory) {
    const { precision, inputs, outputs, constants, parts } = assembly;
    const store = new Store(memory.buffer, precision === "f64" ? 8 : 4);
    for (const { address, tensor } of constants)
      store.numbers(address, tensor.data.length, tensor.dtype).set(tensor.data);
    this.#assembly = assembly;
    this.#memory = memory;
    this.#store = store;
    this.#entries = inputs.map((input) => entry(input, store));
    this.#exits = outputs.map((place) => store.reader(place));
    this.carries = parts.map((part) => {
      const readers = part.kind === "loop" ? part.carries.map((place) => store.reader(place)) : [];
      return () => readers.map((read) => read());
    });
  }

  /** The parts of the program, run by one thread; what is made for several meets nobody then. */
  alone(module: WebAssembly.Module): Call[] {
    return this.instance(module, { thread: 0, threads: 1, late() {}, wake() {} });
  }

  /** The parts of the program, by an instance of its module on this memory. */
  instance(module: WebAssembly.Module, host: Record<string, unknown>): Call[] {
    const { host: evaluated, parts } = this.#assembly;
    const fallback = (n: number): void => this.#store.evaluate(evaluated[n]!);
    const { exports } = instantiate(module, { ...host, memory: this.#memory, fallback });
    return parts.map((_, i) => exports[`part${i}`] as Call);
  }

  /**
   * Writes the arguments.
   *
   * @throws `program-type`
   */
  give(inputs: readonly Tensor[]): void {
    checkArguments(this.#assembly.inputs, inputs);
    const entries = this.#entries;
    for (let i = 0; i < entries.length; i++) entries[i]!(inputs[i]!);
  }

  /** Writes numbers into an input, from one of its elements on. */
  write(input: number, from: number, numbers: TensorData): void {
    const { address, shape, dtype } = this.#assembly.inputs[input]!;
    if (address !== null) this.#store.numbers(address, size(shape), dtype).set(numbers, from);
  }

  /** Takes over the arguments of another memory of the program, where nothing ever writes over them. */
  adopt(other: Arena): void {
    for (const { address, shape, dtype } of this.#assembly.inputs)
      if (address !== null)
        this.#store.numbers(address, size(shape), dtype).set(other.#store.numbers(address, size(shape), dtype));
  }

  take(): Tensor[] {
    return this.#exits.map((read) => read());
  }
}

/** Numbers from which on it is worth to remember which tensor they came from. */
const many = 64;

/** Writes an argument into memory; a large one that is there from the run before stays. */
function entry({ address, shape, dtype }: Assembly["inputs"][number], store: Store): (tensor: Tensor) => void {
  if (address === null) return () => undefined;
  const numbers = store.numbers(address, size(shape), dtype);
  if (numbers.length < many) return ({ data }) => copyFew(numbers, data);
  let last: WeakRef<Tensor> | null = null;
  return (tensor) => {
    if (last?.deref() === tensor) return;
    numbers.set(tensor.data);
    last = new WeakRef(tensor);
  };
}

/** What `set` does, faster for a handful of numbers. */
function copyFew(to: TensorData, from: TensorData): void {
  for (let i = 0; i < to.length; i++) to[i] = from[i]!;
}

/** Runs a part, a loop from one turn to another. */
export type Call = (from?: number, to?: number) => void;

interface Runnable {
  run(): void;
  slices(turns?: number): Iterable<Slice>;
}

/** A part at once, or in slices. */
export function runnable(part: Part, call: Call, carries: () => Tensor[]): Runnable {
  if (part.kind === "straight") return { run: () => call(), slices: () => straight(call) };
  const { length } = part;
  const learnt = new Stretch();
  return {
    run: () => call(0, length),
    slices: (turns) => slicesOf(call, { length, carries }, turns === undefined ? learnt : new Stretch(turns)),
  };
}

function straight(call: Call): Iterable<Slice> {
  call();
  return [];
}

/** Turns to a slice: as asked for, or as many as fit into its time, which is learnt from slice to slice and run to run. */
class Stretch {
  turns: number;
  readonly #asked: boolean;

  constructor(asked?: number) {
    this.turns = asked ?? 1;
    this.#asked = asked !== undefined;
  }

  took(turns: number, milliseconds: number): void {
    if (this.#asked) return;
    if (milliseconds > sliceTime) this.turns = Math.max(1, turns >> 1);
    else if (turns === this.turns && milliseconds < sliceTime / 2) this.turns *= 2;
  }
}

/** Turns of a loop, a stretch at a time. */
function* slicesOf(
  call: Call,
  { length, carries }: Pick<Slice, "length" | "carries">,
  stretch: Stretch,
): Generator<Slice, void, void> {
  for (let done = 0; done < length; ) {
    const to = Math.min(length, done + stretch.turns);
    const began = performance.now();
    call(done, to);
    stretch.took(to - done, performance.now() - began);
    done = to;
    yield { done, length, carries };
  }
}
