import type { Column } from "../data/index.ts";
import type { Plane } from "../report/input.ts";
import { answers } from "./asked.ts";
import { isProbable, truthNumbers } from "./judged.ts";
import type { Questioned } from "./sensitivity.ts";

const [across, down] = [72, 56];

/** What a network says over the plane of its two inputs; null where there are not two, both numbers, and one target. */
export function planeOf({ prepared, model, shown, table }: Questioned): Plane | null {
  const { inputs, target } = prepared.encoding;
  const truth = truthNumbers(prepared.encoding, shown.truth[0] ?? []);
  if (inputs.length !== 2 || inputs.some(({ kind }) => kind !== "number") || truth === null) return null;
  const [a, b] = inputs.map(({ column }) => table.columns.find(({ name }) => name === column)!) as [Column, Column];
  const [x, y] = [a, b].map((column) => axisOf(column, shown.rows)) as [Plane["x"], Plane["y"]];
  const middle = ({ from, to }: Plane["x"], k: number, n: number): number => from + ((to - from) * (k + 0.5)) / n;
  const places = Array.from({ length: across * down }, (_, i) => i);
  const rows = places.map(() => shown.rows[0]!);
  const instead = new Map([
    [x.name, places.map((i) => middle(x, i % across, across))],
    [y.name, places.map((i) => middle(y, Math.floor(i / across), down))],
  ]);
  const { numbers, probabilities } = answers(model, table, [{ rows, instead }]);
  const kind =
    target.kind === "number" ? "number" : probabilities.length === 2 && isProbable(prepared) ? "probability" : "class";
  const values = kind === "probability" ? probabilities[1]!.values : numbers;
  const value = (column: Column, row: number): number => (column.kind === "number" ? column.values[row]! : Number.NaN);
  return {
    x,
    y,
    columns: across,
    rows: down,
    values: Array.from(values),
    kind,
    names: target.kind === "classes" ? target.classes : [shown.predictions.name],
    part: shown.part,
    points: Array.from(shown.rows, (row, i) => ({
      x: value(a, row),
      y: value(b, row),
      truth: truth[i]!,
      wrong: kind !== "number" && truth[i] !== shown.predictions.numbers[i],
    })),
  };
}

/** From the least to the greatest value, and a little further. */
function axisOf(column: Column, rows: ArrayLike<number>): Plane["x"] {
  const values = column.kind === "number" ? Array.from(rows, (row) => column.values[row]!).filter(Number.isFinite) : [];
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const edge = (high - low || Math.abs(high) || 1) * 0.06;
  return { name: column.name, from: low - edge, to: high + edge };
}
