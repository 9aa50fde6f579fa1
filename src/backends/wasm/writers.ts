import { size } from "../../core/shape.ts";
import type { DType } from "../../core/tensor.ts";
import type { Line } from "../../graph/program.ts";
import { emitColumn, isColumn } from "./column.ts";
import type { Scope } from "./generator.ts";
import { emitOneHot, emitPosition, emitTake } from "./indexing.ts";
import type { Lanes } from "./lanes.ts";
import { emitPut } from "./moves.ts";
import { packedSize, panelWidth } from "./pack.ts";
import { emitProduct, packs } from "./product.ts";
import { rareWriter } from "./provision.ts";
import { emitIntegerReduction, emitReduction, folds } from "./reduce.ts";
import { type View, whole } from "./views.ts";

/** Writes a line; false if it has no code for arrays like these. `host` calls the host, for its error message. */
export type Writer = (
  scope: Scope,
  line: Line,
  aid: { readonly host: () => void; readonly scratch: number | null },
) => boolean;

export const viewOf = ({ layout }: Scope, v: number): View => layout.plan.views.get(v)!;
const dtypeOf = ({ layout }: Scope, v: number): DType => layout.plan.types[v]!.dtype;
export const result = ({ layout }: Scope, { outputs }: Line): View =>
  whole(outputs[0]!, layout.plan.types[outputs[0]!]!.shape);
export const done = (_: unknown): true => true;

const reduction: Writer = (scope, line) => {
  const [x, y] = [viewOf(scope, line.inputs[0]!), result(scope, line)];
  const emit = dtypeOf(scope, x.base) === "integer" ? emitIntegerReduction : emitReduction;
  return done(emit(scope, x, y, folds[line.op.name]!));
};

const position: Writer = (scope, line) => {
  const options = { axis: line.params["axis"] as number, greatest: line.op.name === "argmax" };
  const x = viewOf(scope, line.inputs[0]!);
  return size(x.shape) > 0 && done(emitPosition(scope, x, line.outputs[0]!, options));
};

/** What writes a line that is not elementwise, by its op. */
export const writerOf = (op: string): Writer | undefined => writers[op] ?? rareWriter(op);

const writers: Readonly<Record<string, Writer>> = {
  sumTo: reduction,
  max: reduction,
  min: reduction,
  argmax: position,
  argmin: position,
  matmul: (scope, { inputs, outputs }, { scratch }) => {
    const [x, w] = [viewOf(scope, inputs[0]!), viewOf(scope, inputs[1]!)];
    const column = isColumn(x, w, scope.generator.lanes.count);
    return done(column ? emitColumn(scope, x, w, outputs[0]!) : emitProduct(scope, x, w, { to: outputs[0]!, scratch }));
  },
  take: (scope, line, { host }) => {
    const [x, indices] = line.inputs.map((v) => viewOf(scope, v)) as [View, View];
    const options = { axis: line.params["axis"] as number, fail: host };
    return size(x.shape) > 0 && done(emitTake(scope, x, indices, result(scope, line), options));
  },
  oneHot: (scope, { inputs, outputs, params }, { host }) =>
    done(emitOneHot(scope, viewOf(scope, inputs[0]!), params["depth"] as number, outputs[0]!, host)),
  concat: (scope, line) => done(emitPut(scope, joined(scope, line))),
};

/** Real numbers for which a line needs room beside its result: panels of a product, the greatest of each sum of exponentials. */
export function scratchOf(real: Lanes, { op, params }: Line, [x, w]: readonly View[]): number {
  if (op.name === "logSumExp") return size(params["kept"] as number[]);
  if (op.name !== "matmul" || size(w!.shape) === 0 || !packs(x!, w!, real.bytes)) return 0;
  const [k, m] = w!.shape.slice(-2) as [number, number];
  return packedSize(k, m, panelWidth(real));
}

/** Where each array goes that `concat` joins. */
function joined(scope: Scope, line: Line): { from: View; to: View }[] {
  const axis = line.params["axis"] as number;
  const y = result(scope, line);
  let at = 0;
  return line.inputs.map((v) => {
    const from = viewOf(scope, v);
    const part = { ...y, shape: from.shape, offset: at * y.strides[axis]! };
    at += from.shape[axis]!;
    return { from, to: part };
  });
}
