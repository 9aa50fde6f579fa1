import type { BackendOptions } from "../../compile/backend.ts";
import { size } from "../../core/shape.ts";
import { atOnce, type Steps } from "../../core/steps.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Program } from "../../graph/program.ts";
import type { Loop } from "../../ops/index.ts";
import type { Assembly, HostLine, Part, Place } from "./assembly.ts";
import type { Worth } from "./cost.ts";
import { isElementwise } from "./elementwise.ts";
import { Module } from "./emitter.ts";
import { features } from "./features.ts";
import type { HostCall } from "./generator.ts";
import type { Plan } from "./kernel.ts";
import { type Lanes, lanes } from "./lanes.ts";
import { constantAddresses, type Layout, layoutOf } from "./layout.ts";
import { mathematics } from "./mathematics/index.ts";
import { type Machine, planOf } from "./plan.ts";
import { noRoom } from "./platform.ts";
import { emitProgram, type Piece } from "./program.ts";
import { signals } from "./signals.ts";
import { divisionAtHand } from "./threads/dividing.ts";
import { type View, whole } from "./views.ts";
import { scratchOf } from "./writers.ts";

/** Bytes behind the last array that a vector may read, not use. */
const slack = 64;
const page = 65536;
/** Of a memory with addresses of 32 bits. */
const mostPages = 65536;

/** The numbers of the largest array of a plan and of the bodies in it. */
function largest({ types, kernels }: Plan): number {
  const own = types.reduce((most, { shape }) => Math.max(most, size(shape)), 0);
  return kernels.reduce((most, kernel) => (kernel.kind === "loop" ? Math.max(most, largest(kernel.body)) : most), own);
}

/** Compiles a program to one module: fused loops on vectors, all arrays in one planned memory. */
export const assemble = (program: Program, options: BackendOptions, worth?: Worth): Assembly =>
  atOnce(assembling(program, options, worth));

/**
 * The same in steps.
 *
 * @param worth whether to divide so much work among so many threads; default: where it pays
 */
export function* assembling(program: Program, options: BackendOptions, worth?: Worth): Steps<Assembly> {
  const real = lanes(options.precision);
  const fused = features.fused && options.reproducible !== true;
  const plan = planOf(program, machineOf(real));
  const numbers = largest(plan);
  if (numbers >= 2 ** 31) throw noRoom({ numbers }); // also of one that is nowhere stored: loops count it
  yield;
  const division = options.threads === undefined || options.threads === 1 ? null : divisionAtHand();
  const costs = division?.costsOf(plan, real, options, worth) ?? null;
  const { constants, end: start } = constantAddresses(plan, signals.end(costs?.threads ?? 0), real.bytes);
  const { layout, end } = layoutOf(plan, start, { realBytes: real.bytes, constants });
  yield;
  const pages = Math.ceil((end + slack) / page);
  if (pages > mostPages) throw noRoom({ MiB: Math.ceil(pages / 16) });
  const module = new Module({ least: pages, most: costs ? pages : null });
  const calls: HostCall[] = [];
  const fallback = module.import("fallback", ["i32"], []);
  const team = costs && division!.team(module, costs);
  const register = (call: HostCall): number => calls.push(call) - 1;
  const pieces = yield* emitProgram(
    { module, lanes: real, fused, mathematics: mathematics(module, real, { fused }), fallback, team, register },
    layout,
  );
  pieces.forEach(({ func }, i) => {
    module.export(`part${i}`, func);
  });
  return {
    precision: options.precision,
    bytes: module.bytes(),
    pages,
    threads: costs?.threads ?? 1,
    eager: options.threads !== "auto",
    expected: costs ? division!.alone(plan, real) : 0,
    inputs: program.inputs.map((v) => ({ ...program.types[v]!, address: layout.address.get(v) ?? null })),
    outputs: plan.outputs.map((view) => placeOf(layout, view)),
    constants: constantsOf(layout),
    parts: pieces.map(partOf),
    host: calls.map(hostLine),
  };
}

/** What the plan must know: which lines are elementwise, and how much room others need beside their results. */
const machineOf = (real: Lanes): Machine => ({
  fusable: (line, types) => isElementwise(line, (v) => types[v]!.dtype),
  scratch: (line, views) => scratchOf(real, line, views),
});

function placeOf({ plan, address }: Layout, { base, shape, strides, offset }: View): Place {
  const { dtype, shape: all } = plan.types[base]!;
  return { address: address.get(base)!, length: size(all), dtype, shape, strides, offset };
}

/** The numbers of the constants of a plan and of the bodies in it. */
function constantsOf({ plan, address, bodies }: Layout): { address: number; tensor: Tensor }[] {
  const own = plan.program.lines.flatMap(({ outputs: [v], params }) => {
    const at = v === undefined || v === null || !plan.constants.has(v) ? undefined : address.get(v);
    return at === undefined ? [] : [{ address: at, tensor: params["tensor"] as Tensor }];
  });
  return [...own, ...[...bodies.values()].flatMap(constantsOf)];
}

function partOf(piece: Piece): Part {
  const { divided } = piece;
  if (piece.kind === "straight") return { kind: "straight", divided };
  const { length, body } = piece.line.params as unknown as Loop;
  const carries = piece.carries.map((address, i): Place => {
    const { shape, dtype } = body.outputs[i]!;
    const { strides, offset } = whole(0, shape);
    return { address, length: size(shape), dtype, shape, strides, offset };
  });
  return { kind: "loop", divided, length, carries };
}

function hostLine({ layout, line: { op, params, inputs, outputs }, always }: HostCall): HostLine {
  const { plan } = layout;
  const given = inputs.map((v) => placeOf(layout, plan.views.get(v)!));
  const made = outputs.map((v) => (v === null ? null : placeOf(layout, whole(v, plan.types[v]!.shape))));
  return { op, params, inputs: given, outputs: made, always };
}
