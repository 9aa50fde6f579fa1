import { sameShape, size } from "../../core/shape.ts";
import type { Line } from "../../graph/program.ts";
import { inputsOf, type Kernel } from "./kernel.ts";
import { isWhole, type View, whole } from "./views.ts";

type Group = Kernel & { readonly kind: "group" };

/** A kernel that reads a base variable, and how: `null` where that is not known. */
interface Reader {
  kernel: number;
  readonly view: View | null;
}

/** The kernels of a plan before its variables have their places. */
export interface Draft {
  readonly kernels: readonly Kernel[];
  readonly views: ReadonlyMap<number, View>;
  /** Kernel that writes a base variable; −1 for what is there from the start. */
  readonly written: Map<number, number>;
  readonly outputs: readonly View[];
  /** Inputs that are written over where possible, in the order of the outputs. */
  readonly carries: readonly number[];
}

/**
 * Puts lines off to the group that reads their results, where it reads them element by element: what a line makes then need
 * not wait in memory. A line stays where it is, if it would keep others' results there that are needed no more, or an old
 * carry beyond the kernel that writes the new one.
 */
export function putOff(draft: Draft): void {
  const { kernels, written } = draft;
  const readers = readersOf(draft);
  for (let g = kernels.length - 1; g >= 0; g--) {
    const kernel = kernels[g]!;
    if (kernel.kind !== "group") continue;
    for (const line of kernel.lines.toReversed()) {
      const to = targetOf(draft, readers, { line, from: g });
      if (to === null) continue;
      kernel.lines.splice(kernel.lines.indexOf(line), 1);
      (kernels[to] as Group).lines.unshift(line);
      written.set(line.outputs[0]!, to);
      for (const reader of readers.of(line)) reader.kernel = to;
    }
  }
}

interface Readers {
  /** Who reads a base variable. */
  readonly all: ReadonlyMap<number, readonly Reader[]>;
  /** A line of a group as a reader, once for each of its inputs. */
  readonly of: (line: Line) => readonly Reader[];
}

function readersOf({ kernels, views, outputs }: Draft): Readers {
  const all = new Map<number, Reader[]>();
  const own = new Map<Line, Reader[]>();
  const add = (base: number, reader: Reader): Reader => {
    const known = all.get(base);
    if (known) known.push(reader);
    else all.set(base, [reader]);
    return reader;
  };
  for (const [k, kernel] of kernels.entries()) {
    if (kernel.kind !== "group")
      for (const v of inputsOf(kernel)) add((views.get(v) ?? whole(v, [])).base, { kernel: k, view: null });
    else
      for (const line of kernel.lines) {
        const seen = line.inputs.map((v) => views.get(v)!);
        own.set(
          line,
          seen.map((view) => add(view.base, { kernel: k, view })),
        );
      }
  }
  for (const { base } of outputs) add(base, { kernel: kernels.length, view: null });
  return { all, of: (line) => own.get(line)! };
}

/** The one later group that reads what a line makes, element by element, if the line may as well stand there. */
function targetOf(
  draft: Draft,
  readers: Readers,
  { line, from }: { readonly line: Line; readonly from: number },
): number | null {
  const { shape } = draft.kernels[from] as Group;
  const evenly = (view: View | null): boolean => view !== null && sameShape(view.shape, shape) && isWhole(view);
  const users = readers.all.get(line.outputs[0]!) ?? [];
  const to = users[0]?.kernel ?? from;
  const kernel = draft.kernels[to];
  if (to <= from || kernel?.kind !== "group" || !sameShape(kernel.shape, shape)) return null;
  if (!users.every((user) => user.kernel === to && evenly(user.view))) return null;
  let more = 0; // arrays that the later group reads in addition, and the earlier one reads no less
  for (const { view } of readers.of(line)) {
    const { base } = view!;
    const others = readers.all.get(base)!.filter((reader) => !readers.of(line).includes(reader));
    const outside = others.some((reader) => reader.kernel !== from);
    if (draft.written.get(base) === from && !outside) return null;
    if (!staysOld(draft, base, { to, even: evenly(view) })) return null;
    const array = view!.shape.length > 0 && size(shape) > 1 && view!.strides.some((s) => s !== 0);
    const here = draft.written.get(base) === from || others.some((reader) => reader.kernel === from);
    if (array && here && others.every((reader) => reader.kernel !== to)) more++;
  }
  return more <= 1 ? to : null;
}

/** Whether reading a variable in that kernel keeps no carry from being written over. */
function staysOld(
  { carries, outputs, written }: Draft,
  base: number,
  { to, even }: { to: number; even: boolean },
): boolean {
  const i = carries.indexOf(base);
  if (i === -1) return true;
  const writer = written.get(outputs[i]!.base)!;
  return writer > to || (writer === to && even);
}
