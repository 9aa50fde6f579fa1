import { ModelError } from "../core/errors.ts";
import { checkedNumber } from "../core/names.ts";
import { fold } from "../core/random.ts";
import { Tensor } from "../core/tensor.ts";
import type { Lifted } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";
import { cast, concat, slice, take } from "../ops/index.ts";
import { standardNormal } from "./initializers.ts";
import type { Layer } from "./layers.ts";

/** A column of level numbers, and how many numbers are learnt for each. */
export interface EmbeddedColumn {
  /** Which column of the input, from 0. */
  readonly column: number;
  /** Levels are numbered 1 … levels; 0 stands for any other. */
  readonly levels: number;
  /** Numbers for each level. */
  readonly size: number;
}

export interface EmbeddingOptions {
  /** Features per row. */
  readonly inputs: number;
  /** The columns that hold level numbers, ascending; all others pass through. */
  readonly columns: readonly EmbeddedColumn[];
}

/** A table for each column, by its number: `E3` is `[levels + 1, size]` for column 3. */
export type EmbeddingΘ = Readonly<Record<string, Tensor>>;

/**
 * Embedding: in place of a column of level numbers, a few numbers learnt for each level: y = … ⧺ E[x_c] ⧺ …. Row 0 of each
 * table, for a level that was not in training, starts at 0 and stays there unless it comes up while training; the others start
 * normal with deviation 1/√size, so that each has a length of about 1.
 *
 * @param options inputs (features per row) and the columns that are embedded
 * @returns layer mapping `[batch, inputs]` to `[batch, inputs − columns + Σ size]`
 * @throws `option` for a column that is not there or comes twice, or a size that is not a whole number from 1 on;
 *         `shape-inner` when a batch does not have `inputs` columns
 * @see Guo & Berkhahn (2016), Entity embeddings of categorical variables
 */
export function embedding({ inputs, columns }: EmbeddingOptions): Layer<EmbeddingΘ> {
  checkedNumber("embedding({ inputs })", inputs, { least: 1, integer: true });
  checkColumns(inputs, columns);
  const outputs = columns.reduce((sum, { size }) => sum + size - 1, inputs);
  return {
    name: `embedding(${inputs} → ${outputs})`,
    init: (key) =>
      Object.fromEntries(
        columns.map(({ column, levels, size }) => {
          const { shape, data } = standardNormal(fold(key, column), [levels + 1, size]);
          return [
            `E${column}`,
            new Tensor(
              shape,
              Float64Array.from(data, (x, i) => (i < size ? 0 : x / Math.sqrt(size))),
            ),
          ];
        }),
      ),
    apply: (θ, x) => {
      if (x.shape.length === 2 && x.shape[1] === inputs) return concat(pieces(θ, x, columns), 1);
      throw new ModelError({
        code: "shape-inner",
        where: "embedding(x)",
        given: { x: x.shape, inputs },
        rule: `x must have ${inputs} columns: [batch, ${inputs}].`,
      });
    },
  };
}

/** The columns between the embedded ones, and what these become. */
function pieces(θ: Lifted<EmbeddingΘ>, x: Value, columns: readonly EmbeddedColumn[]): Value[] {
  const between = (from: number, to: number): Value[] => (from < to ? [slice(x, [null, [from, to]])] : []);
  const starts = [0, ...columns.map(({ column }) => column + 1)];
  return [
    ...columns.flatMap(({ column }, i) => [
      ...between(starts[i]!, column),
      take(θ[`E${column}`]!, cast(slice(x, [null, column]), "integer")),
    ]),
    ...between(starts.at(-1)!, x.shape[1]!),
  ];
}

function checkColumns(inputs: number, columns: readonly EmbeddedColumn[]): void {
  columns.forEach(({ column, levels, size }, i) => {
    const where = `embedding({ columns }), column ${column}`;
    checkedNumber(where, column, { least: i === 0 ? 0 : columns[i - 1]!.column + 1, below: inputs, integer: true });
    checkedNumber(`${where}, levels`, levels, { least: 1, integer: true });
    checkedNumber(`${where}, size`, size, { least: 1, integer: true });
  });
}
