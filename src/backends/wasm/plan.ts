import { sameShape, size } from "../../core/shape.ts";
import type { Line, Program } from "../../graph/program.ts";
import { constantOp, type Type } from "../../graph/value.ts";
import { isLoop, type Loop, roles } from "../../ops/index.ts";
import { inputsOf, type Kernel, outputsOf, type Plan } from "./kernel.ts";
import { putOff } from "./later.ts";
import { isWhole, moved, type View, whole } from "./views.ts";

/** What the plan must know of the engine. */
export interface Machine {
  /** Which lines can be computed element by element inside a group. */
  readonly fusable: (line: Line, types: readonly Type[]) => boolean;
  /** Real numbers for which a line needs room beside its result. */
  readonly scratch: (line: Line, inputs: readonly View[]) => number;
}

/** @param loop where the program is the body of one: its carries are written over at the end of each turn */
export function planOf(program: Program, machine: Machine, loop?: Pick<Loop, "constants" | "carries">): Plan {
  const planner = new Planner(program, machine);
  for (const line of program.lines) planner.add(line);
  return planner.finish(loop ? roles(loop, program.inputs).carries : []);
}

class Planner {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #types: Type[];
  readonly #views = new Map<number, View>();
  readonly #kernels: Kernel[] = [];
  readonly #constants = new Set<number>();
  /** Kernel that writes a base variable; −1 for what is there from the start. */
  readonly #written = new Map<number, number>();

  constructor(program: Program, machine: Machine) {
    this.#program = program;
    this.#machine = machine;
    this.#types = [...program.types];
    for (const v of program.inputs) this.#own(v, -1);
  }

  #own(v: number, kernel: number): void {
    this.#views.set(v, whole(v, this.#types[v]!.shape));
    this.#written.set(v, kernel);
  }

  add(line: Line): void {
    const [y] = line.outputs;
    const view = line.inputs.length === 1 && y !== undefined && y !== null ? this.#movedView(line, y) : null;
    if (line.op === constantOp) {
      this.#constants.add(y!);
      this.#own(y!, -1);
    } else if (isLoop(line.op)) this.#addLoop(line);
    else if (view) this.#views.set(y!, view);
    else if (this.#machine.fusable(line, this.#types)) this.#fuse(line);
    else this.#addLine(line);
  }

  #addLine(line: Line): void {
    const views = line.inputs.map((v) => this.#views.get(v)!);
    const room = this.#machine.scratch(line, views);
    const scratch = room > 0 ? this.#types.push({ shape: [room], dtype: "real" }) - 1 : null;
    this.#push({ kind: "line", line, scratch }, scratch === null ? line.outputs : [...line.outputs, scratch]);
  }

  #addLoop(line: Line): void {
    const loop = line.params as unknown as Loop;
    const constants = roles(loop, line.inputs).constants.map((v) => {
      const view = this.#views.get(v)!;
      return isWhole(view) ? view : this.#copied(view);
    });
    this.#push({ kind: "loop", line, body: planOf(line.body!, this.#machine, loop), constants }, line.outputs);
  }

  #push(kernel: Kernel, outputs: readonly (number | null)[]): void {
    this.#kernels.push(kernel);
    for (const v of outputs) if (v !== null) this.#own(v, this.#kernels.length - 1);
  }

  /** A movement as another view; a reshape that does not run on evenly is copied first. */
  #movedView(line: Line, y: number): View | null {
    const x = this.#views.get(line.inputs[0]!)!;
    const view = moved(x, line, this.#types[y]!.shape);
    if (view || line.op.name !== "reshape" || size(x.shape) === 0) return view;
    return moved(this.#copied(x), line, this.#types[y]!.shape);
  }

  /** Where the results are; those of a loop's body that only look at carries get buffers of their own, unless unchanged. */
  #results(carries: readonly number[]): View[] {
    return this.#program.outputs.map((v, i) => {
      const view = this.#views.get(v)!;
      const unchanged = view.base === carries[i] && isWhole(view);
      return carries.includes(view.base) && !unchanged ? this.#copied(view) : view;
    });
  }

  #copied(from: View): View {
    const to = this.#types.push({ shape: from.shape, dtype: this.#types[from.base]!.dtype }) - 1;
    this.#push({ kind: "copy", from, to }, [to]);
    return this.#views.get(to)!;
  }

  /** Joins the first group that comes late enough and has the same shape, or begins one. */
  #fuse(line: Line): void {
    const y = line.outputs[0]!;
    const { shape } = this.#types[y]!;
    const earliest = Math.max(0, ...line.inputs.map((x) => this.#availableIn(x, shape)));
    let at = earliest;
    for (; at < this.#kernels.length; at++) {
      const kernel = this.#kernels[at]!;
      if (kernel.kind === "group" && sameShape(kernel.shape, shape)) break;
    }
    const kernel = this.#kernels[at];
    if (kernel?.kind === "group") kernel.lines.push(line);
    else this.#kernels.push({ kind: "group", shape, lines: [line] });
    this.#own(y, at);
  }

  /** The kernels that have anything to do. */
  #withoutEmpty(): Kernel[] {
    const busy = this.#kernels.filter((kernel) => kernel.kind !== "group" || kernel.lines.length > 0);
    const place = new Map(busy.map((kernel, k) => [kernel, k]));
    for (const [v, k] of this.#written) if (k >= 0) this.#written.set(v, place.get(this.#kernels[k]!)!);
    return busy;
  }

  /** The first kernel, in which a group of that shape could read the variable. */
  #availableIn(x: number, shape: readonly number[]): number {
    const view = this.#views.get(x)!;
    const at = this.#written.get(view.base)!;
    const kernel = this.#kernels[at];
    const inside =
      kernel?.kind === "group" && sameShape(kernel.shape, shape) && sameShape(view.shape, shape) && isWhole(view);
    return inside ? at : at + 1;
  }

  finish(carries: readonly number[]): Plan {
    const outputs = this.#results(carries);
    const program = this.#program;
    const types = this.#types;
    const views = this.#views;
    putOff({ kernels: this.#kernels, views, written: this.#written, outputs, carries });
    const kernels = this.#withoutEmpty();
    const spans = new Map<number, { first: number; last: number }>();
    const use = (v: number, kernel: number): void => {
      const { base } = views.get(v) ?? whole(v, []);
      const span = spans.get(base) ?? { first: this.#written.get(base)!, last: kernel };
      spans.set(base, { ...span, last: Math.max(span.last, kernel) });
    };
    for (const v of program.inputs) use(v, -1);
    kernels.forEach((kernel, k) => {
      for (const v of outputsOf(kernel)) if (kernel.kind !== "group") use(v, k);
      for (const v of inputsOf(kernel)) {
        const { base } = views.get(v) ?? whole(v, []);
        if (kernel.kind !== "group" || this.#written.get(base) !== k) use(v, k);
      }
    });
    for (const { base } of outputs) use(base, kernels.length);
    return { program, types, views, outputs, kernels, constants: this.#constants, spans };
  }
}
