import type { Closure } from "../graph/closure.ts";
import { constantOf, type Equation, equationsOf, inputOp, isConstant, type Value } from "../graph/value.ts";
import { isLoop, type Loop } from "../ops/bodies.ts";
import type { Diagram, DiagramBox, DiagramEdge, DiagramNode } from "./diagram.ts";
import { type Repetition, repetitions } from "./repeats.ts";

/** What is written at a value: its name, and further lines. */
export interface Notes {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Where a value comes from in the drawing, and the shape in which it leaves there. */
interface Origin {
  readonly id: string;
  readonly as: Value;
}

interface Sketch {
  readonly fold: boolean;
  readonly notes: ReadonlyMap<Value, Notes>;
  readonly nodes: DiagramNode[];
  readonly edges: DiagramEdge[];
  readonly boxes: DiagramBox[];
  readonly origins: Map<Value, Origin>;
  /** Places of numbers that differ from copy to copy of what is repeated: equation and input. */
  readonly varying: Set<string>;
}

/** The drawing of a closure, with what is to be written at its values. */
export function closureDiagram(
  { inputs, outputs }: Closure,
  { title, fold, notes }: { title: string; fold: boolean; notes: ReadonlyMap<Value, Notes> },
): Diagram {
  const sketch: Sketch = { fold, notes, nodes: [], edges: [], boxes: [], origins: new Map(), varying: new Set() };
  const { nodes, edges, boxes } = sketch;
  const used = new Set(equationsOf(outputs).flatMap((e) => e.inputs));
  for (const x of inputs) place(sketch, x, { kind: "input", lines: head(notes.get(x)) }, undefined);
  body(sketch, outputs, undefined);
  const drawn = new Set(edges.map(({ from }) => from));
  const results = new Set(outputs.map((y) => originOf(sketch, y, undefined).id));
  const shown = nodes.filter(
    (n, i) => i >= inputs.length || drawn.has(n.id) || results.has(n.id) || !used.has(inputs[i]!),
  );
  return {
    title,
    nodes: shown.map((node) => (results.has(node.id) && node.kind !== "input" ? { ...node, kind: "output" } : node)),
    edges,
    boxes,
  };
}

function place(sketch: Sketch, v: Value, node: Omit<DiagramNode, "id">, box: string | undefined): void {
  const id = `n${sketch.nodes.length + 1}`;
  sketch.nodes.push({ id, ...node, ...(box && { box }) });
  sketch.origins.set(v, { id, as: v });
}

/** Where a value stands; a constant gets its node when it is first wanted. */
function originOf(sketch: Sketch, v: Value, box: string | undefined): Origin {
  if (!sketch.origins.has(v)) {
    const lines = isConstant(v) ? [number(v)] : ["input"];
    place(sketch, v, { kind: isConstant(v) ? "number" : "input", lines }, box);
  }
  return sketch.origins.get(v)!;
}

/** A constant in words; one that is the same number throughout is that number. */
function number(v: Value): string {
  const only = uniform(v);
  return only === null ? `constant ${shape(v)}` : String(Number(only.toPrecision(6)));
}

function uniform(v: Value): number | null {
  if (v.op.repeats && v.equation.inputs.length === 1) return uniform(v.equation.inputs[0]!);
  if (!isConstant(v)) return null;
  const { data } = constantOf(v);
  return data.length > 0 && data.every((x) => x === data[0]) ? Number(data[0]) : null;
}

/** `[32, 64]`, `integer [32]`; nothing for one number. */
const shape = ({ shape, dtype }: Value): string =>
  [...(dtype === "real" ? [] : [dtype]), ...(shape.length > 0 ? [`[${shape.join(", ")}]`] : [])].join(" ");

/** Equations of a program or of a loop's body, in order, with what is repeated drawn once. */
function body(sketch: Sketch, outputs: readonly Value[], box: string | undefined): void {
  const fresh = equationsOf(outputs).filter((e) => e.op !== inputOp && !isConstant(e.outputs[0]!));
  const equations = fresh.filter(({ outputs: [v] }) => !sketch.origins.has(v!) && uniform(v!) === null);
  const runs = sketch.fold ? repeated(equations) : [];
  const uses = new Map<Value, number>(outputs.map((v) => [v, 2]));
  for (const { inputs } of equations) for (const x of inputs) uses.set(x, (uses.get(x) ?? 0) + 1);
  let next = 0;
  for (const run of runs) {
    several(sketch, equations.slice(next, run.start), { uses, box });
    next = run.start + run.period * run.times;
    copies(sketch, equations.slice(run.start, next), { run, uses, box });
  }
  several(sketch, equations.slice(next), { uses, box });
}

function repeated(equations: readonly Equation[]): Repetition[] {
  const at = new Map(equations.flatMap((e, i) => e.outputs.map((v) => [v, i] as const)));
  return repetitions(
    equations.map(({ op, inputs, outputs, params }, i) => ({
      kind: [
        op.name,
        ...outputs.map(shape),
        ...inputs.map((x) => `${isConstant(x)} ${shape(x)}`),
        params["length"],
      ].join(),
      back: inputs.map((x) => (at.has(x) ? i - at.get(x)! : null)),
    })),
  );
}

interface Surroundings {
  /** How often each value is used on this level; more than once for a result. */
  readonly uses: ReadonlyMap<Value, number>;
  readonly box: string | undefined;
}

/** The first copy of what is repeated, in a box; what the others make stands where its twin stands. */
function copies(
  sketch: Sketch,
  equations: readonly Equation[],
  { run, ...around }: Surroundings & { run: Repetition },
): void {
  const first = equations.slice(0, run.period);
  const box = `b${sketch.boxes.length + 1}`;
  sketch.boxes.push({ id: box, label: `${run.times} times`, ...(around.box && { box: around.box }) });
  equations.forEach(({ inputs }, i) => {
    first[i % run.period]!.inputs.forEach((x, k) => {
      if (uniform(x) !== uniform(inputs[k]!)) sketch.varying.add(spot(first[i % run.period]!, k));
    });
  });
  several(sketch, first, { uses: around.uses, box });
  equations.forEach(({ outputs }, i) => {
    outputs.forEach((v, k) => {
      const twin = sketch.origins.get(first[i % run.period]!.outputs[k]!);
      if (twin) sketch.origins.set(v, twin);
    });
  });
  for (const { inputs, outputs } of equations.slice(run.period)) leadsOn(sketch, inputs, outputs[0]!);
}

/** What only a copy that is not drawn takes leads to its twin: nothing ends nowhere. */
function leadsOn(sketch: Sketch, inputs: readonly Value[], output: Value): void {
  const to = sketch.origins.get(output);
  for (const from of inputs.flatMap((x) => (x.op === inputOp ? [] : sketch.origins.get(x))))
    if (to && from && from.id !== to.id && !sketch.edges.some((e) => e.from === from.id)) arrow(sketch, from, to.id);
}

/** A chain shorter than this is drawn as it is. */
const shortest = 4;

function several(sketch: Sketch, equations: readonly Equation[], { uses, box }: Surroundings): void {
  const chained = sketch.fold ? chains(equations, uses) : equations.map((e) => [e]);
  for (const links of chained) {
    const [only] = links;
    if (links.length >= shortest) chain(sketch, links, box);
    else if (isLoop(only!.op)) loop(sketch, only!, box);
    else for (const equation of links) operation(sketch, equation, box);
  }
}

/** Equations in order, those together that only hand on to each other. */
function chains(equations: readonly Equation[], uses: Surroundings["uses"]): Equation[][] {
  const links = new Map<Value, Equation[]>();
  const found: Equation[][] = [];
  for (const equation of equations) {
    const from = carrier(equation);
    const before = from && uses.get(from) === 1 ? links.get(from) : undefined;
    const together = before ?? [];
    together.push(equation);
    if (!before) found.push(together);
    if (from) links.set(equation.outputs[0]!, together);
  }
  const last = (together: readonly Equation[]): number => together.at(-1)!.id;
  const long = found.flatMap((together) => (together.length >= shortest ? [together] : together.map((e) => [e])));
  return long.sort((a, b) => last(a) - last(b));
}

/** The one thing that an operation changes number by number; `null` where there are several, or the shape changes. */
function carrier({ inputs, outputs, op }: Equation): Value | null {
  const given = inputs.filter((x) => uniform(x) === null);
  const alike = given.length === 1 && outputs.length === 1 && shape(given[0]!) === shape(outputs[0]!);
  return alike && !isLoop(op) ? given[0]! : null;
}

function chain(sketch: Sketch, links: readonly Equation[], box: string | undefined): void {
  const words = links.map((e) => title(sketch, e));
  const few = words.length > 6 ? [...words.slice(0, 3), "…", ...words.slice(-2)] : words;
  const last = links.at(-1)!.outputs[0]!;
  const from = originOf(sketch, carrier(links[0]!)!, box);
  const lines = [`${links.length} operations in a row`, ...few, ...value(sketch, last)];
  place(sketch, last, { kind: "chain", lines }, box);
  arrow(sketch, from, sketch.origins.get(last)!.id);
}

const value = ({ notes }: Sketch, v: Value): string[] => {
  const note = notes.get(v);
  return note && note.lines.length > 0 ? head(note) : [];
};

/** `v1 = 2.25`, and what else is known. */
const head = ({ name, lines: [first, ...more] }: Notes = { name: "input", lines: [] }): string[] => [
  first === undefined ? name : `${name} ${first}`,
  ...more,
];

/** `pow(·, 3)`: an operation with the numbers that it contains; `…` for one that differs from copy to copy. */
function title({ varying }: Sketch, equation: Equation): string {
  const { op, inputs } = equation;
  const said = (x: Value, k: number): string => (varying.has(spot(equation, k)) ? "…" : number(x));
  const numbers = inputs.map((x, k) => (uniform(x) === null ? "·" : said(x, k)));
  return numbers.every((n) => n === "·") ? op.name : `${op.name}(${numbers.join(", ")})`;
}

const spot = ({ id }: Equation, input: number): string => `${id} ${input}`;

function operation(sketch: Sketch, equation: Equation, box: string | undefined): void {
  const { op, inputs, outputs } = equation;
  const given = inputs.filter((x) => uniform(x) === null);
  if (op.repeats && given.length === 1 && !sketch.notes.has(outputs[0]!)) {
    sketch.origins.set(outputs[0]!, originOf(sketch, given[0]!, box)); // what only repeats numbers is no station on the way
    return;
  }
  const origins = given.map((x) => originOf(sketch, x, box));
  const lines = [title(sketch, equation), ...value(sketch, outputs[0]!)];
  place(sketch, outputs[0]!, { kind: "operation", lines }, box);
  const here = sketch.origins.get(outputs[0]!)!.id;
  for (const v of outputs.slice(1)) sketch.origins.set(v, { id: here, as: v });
  for (const from of origins) arrow(sketch, from, here);
}

function arrow({ edges }: Sketch, { id, as }: Origin, to: string, back = false): void {
  const edge = { from: id, to, label: shape(as), ...(back && { back }) };
  if (!edges.some((e) => e.from === id && e.to === to && e.label === edge.label)) edges.push(edge);
}

/** A loop as a box around its body: carries and rows come in as nodes of their own, everything else from where it is. */
function loop(sketch: Sketch, { inputs, outputs, params }: Equation, outer: string | undefined): void {
  const { body: inner, constants, carries, length } = params as unknown as Loop;
  const from = inputs.map((x) => originOf(sketch, x, outer));
  const box = `b${sketch.boxes.length + 1}`;
  sketch.boxes.push({ id: box, label: `scan: ${length} turns`, ...(outer && { box: outer }) });
  inner.inputs.forEach((x, i) => {
    if (i < constants) sketch.origins.set(x, from[i]!);
    else {
      place(sketch, x, { kind: "input", lines: [i < constants + carries ? "carry" : "row of the turn"] }, box);
      arrow(sketch, from[i]!, sketch.origins.get(x)!.id);
    }
  });
  body(sketch, inner.outputs, box);
  inner.outputs.slice(0, carries).forEach((next, i) => {
    const carry = sketch.origins.get(inner.inputs[constants + i]!)!;
    const made = originOf(sketch, next, box);
    if (made.id !== carry.id) arrow(sketch, made, carry.id, true);
    sketch.origins.set(outputs[inner.outputs.length + i]!, { id: carry.id, as: outputs[inner.outputs.length + i]! });
  });
  inner.outputs.forEach((made, i) => {
    sketch.origins.set(outputs[i]!, { id: originOf(sketch, made, box).id, as: outputs[i]! });
  });
}
