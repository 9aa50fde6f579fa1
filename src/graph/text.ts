import type { Tensor } from "../core/tensor.ts";
import type { Line, Program } from "./program.ts";
import { constantOp, showType } from "./value.ts";

/**
 * A program in words, one equation a line:
 *
 *     inputs  %0: real[2, 3], %1: real[3, 1]
 *     %2: real[2, 1] = matmul(%0, %1)          layer 1 of 1, dense(3 → 1)
 *     outputs %2
 */
export function text({ types, inputs, lines, outputs }: Program, indent = ""): string {
  const typed = (v: number): string => `%${v}: ${showType(types[v]!)}`;
  const equations = lines.flatMap((line) => equation(line, typed, indent));
  const width = Math.min(72, Math.max(0, ...equations.map(({ left }) => left.length)));
  return [
    `${indent}inputs  ${inputs.map(typed).join(", ")}`,
    ...equations.map(({ left, scope }) => (scope ? `${left.padEnd(width)}   ${scope}` : left)),
    `${indent}outputs ${outputs.map((v) => `%${v}`).join(", ")}`,
  ].join("\n");
}

function equation(line: Line, typed: (v: number) => string, indent: string): { left: string; scope: string }[] {
  const results = line.outputs.map((v) => (v === null ? "_" : typed(v))).join(", ");
  const call = line.op === constantOp ? number(line.params["tensor"] as Tensor) : application(line);
  const head = { left: `${indent}${results} = ${call}`, scope: line.scope };
  if (!line.body) return [head];
  return [
    head,
    ...text(line.body, `${indent}    `)
      .split("\n")
      .map((left) => ({ left, scope: "" })),
  ];
}

function application({ op, inputs, params }: Line): string {
  const shown = Object.entries(params).filter(([, value]) => isPlain(value));
  const options = shown.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ");
  const args = inputs.map((v) => `%${v}`).join(", ");
  return `${op.name}(${args}${options && `${args && ", "}{ ${options} }`})`;
}

const isPlain = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "string" || typeof value === "boolean" || Array.isArray(value);

const number = ({ data }: Tensor): string =>
  data.length <= 4
    ? [...data].map((x) => String(x)).join(", ")
    : `${[...data.subarray(0, 3)].join(", ")}, … (${data.length})`;
