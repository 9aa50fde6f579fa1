import type { Column, NumberValues, Table } from "../data/index.ts";
import { predictTable, type TrainedModel } from "./model.ts";
import type { Predictions } from "./predictions.ts";

/** Rows of a table, some of whose columns hold other values: numbers, or numbers of levels. */
export interface Ask {
  readonly rows: ArrayLike<number>;
  readonly instead: ReadonlyMap<string, ArrayLike<number>>;
}

/** What a model predicts for several asks, one below the other. */
export const answers = (model: TrainedModel, table: Table, asks: readonly Ask[]): Predictions =>
  predictTable(model, stacked(table, asks)).predictions;

function stacked({ origin: _, ...table }: Table, asks: readonly Ask[]): Table {
  const rows = asks.reduce((sum, ask) => sum + ask.rows.length, 0);
  const gather = <T extends NumberValues>(name: string, from: T, out: T): T => {
    let at = 0;
    for (const ask of asks) {
      const instead = ask.instead.get(name);
      for (let i = 0; i < ask.rows.length; i++) out[at++] = instead ? instead[i]! : from[ask.rows[i]!]!;
    }
    return out;
  };
  const columns = table.columns.map(
    (column): Column =>
      column.kind === "text"
        ? { ...column, codes: gather(column.name, column.codes, new Int32Array(rows)) }
        : { ...column, values: gather<NumberValues>(column.name, column.values, new Float64Array(rows)) },
  );
  return { ...table, rows, columns };
}
