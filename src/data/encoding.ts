import { ModelError, suggestion } from "../core/index.ts";
import { knownOptions } from "../core/names.ts";
import type { Task } from "../core/task.ts";
import { type Expansion, type ExpansionOptions, fitExpansion } from "./expansion.ts";
import { baseFeatures } from "./features.ts";
import { fitInput, type InputEncoding, namesOf } from "./inputs.ts";
import { checkAnyValue, checkFilled, checkFinite, completeRows, type MissingPolicy } from "./missing.ts";
import type { ScaleKind } from "./scale.ts";
import { type Column, columnNames, type Table, takeRows } from "./table.ts";
import { fitTargets, type TargetEncoding } from "./targets.ts";
import { chooseTask, namesFrom, targetColumn } from "./task.ts";
import { checkWeights } from "./weights.ts";

/** What is done about words that training did not have: none of the column's features is 1, or they are refused. */
export type UnseenPolicy = "zero" | "error";

/** All that turns a table into numbers, learnt from the training part; plain data, kept with a model. */
export interface Encoding {
  readonly task: Task;
  /** Why this task, in one sentence. */
  readonly reason: string;
  readonly scale: ScaleKind;
  readonly missing: MissingPolicy;
  /** Default `zero`. */
  readonly unseen?: UnseenPolicy;
  readonly inputs: readonly InputEncoding[];
  /** Features made of the columns' own: powers and products, or random waves. */
  readonly expansion?: Expansion;
  /** One name a feature: the column's, `column=level`, or what the expansion calls it. */
  readonly features: readonly string[];
  readonly target: TargetEncoding;
  /** Column with a weight for each row; it is no input. */
  readonly weights?: string;
  /** How missing values are written in files, beside the usual ways. */
  readonly absent?: readonly string[];
}

/** What `fitEncoding` needs to know. */
export interface EncodingOptions {
  /** Name of the target column, or of several; all others are inputs, apart from that of the weights. */
  readonly target: string | readonly string[];
  /** Default: inferred from the target (`inferTask`). */
  readonly task?: Task;
  /** Default `standard`. */
  readonly scale?: ScaleKind;
  /** Scaling of some columns that differs from the others'. */
  readonly scales?: Readonly<Record<string, ScaleKind>>;
  /** Default `error`. */
  readonly missing?: MissingPolicy;
  /** Default `zero`. */
  readonly unseen?: UnseenPolicy;
  /** Columns of numbers that name kinds (a postal code, say): one feature a number. */
  readonly categorical?: readonly string[];
  /** Columns of words that become the number of their level, from 1 on, for an embedding layer; 0 is any other word. */
  readonly embed?: readonly string[];
  /** A text column may have as many words, unless it is embedded. Default 100. */
  readonly mostLevels?: number;
  /** Several targets that are numbers: whether each is brought to mean 0 and deviation 1. Default true, unless scale is none. */
  readonly scaleTargets?: boolean;
  /** Further features made of the columns' own. */
  readonly expand?: ExpansionOptions;
  /** Column with a weight for each row. */
  readonly weights?: string;
}

const known = [
  ...["target", "task", "scale", "scales", "missing", "unseen", "categorical"],
  ...["embed", "mostLevels", "scaleTargets", "expand", "weights"],
];

/**
 * Learns from the training part how to turn tables into numbers.
 *
 * @param table   the training part only
 * @param options target, task, and how columns are to be taken
 * @throws `data-target`, `data-classes` as `chooseTask`; `data-missing` for missing values that the policy does not
 *         cover; `data-number` for numbers that are infinite; `data-date` for dates; `data-text` for a text column that
 *         looks like an identifier; `data-columns` without any input, or for an unknown name among the options
 */
export function fitEncoding(table: Table, options: EncodingOptions): Encoding {
  knownOptions("fitEncoding(table, options)", options, known);
  const { weights, scale = "standard", missing = "error", unseen = "zero", mostLevels = 100 } = options;
  const targets = namesFrom(options.target);
  const columns = inputColumns(table, options);
  const used = { ...table, columns: [...columns, ...targets.map((name) => targetColumn(table, name))] };
  checkAnyValue({ ...table, columns });
  checkFilled(used, { missing, targets });
  checkFinite(used);
  if (weights !== undefined) checkWeights(table, weights);
  const rows = completeRows(used, missing);
  const kept = rows.length === table.rows ? used : takeRows(used, rows);
  const { task, reason } = chooseTask(kept, options);
  const how = { ...options, scale, missing, mostLevels };
  const inputs = kept.columns.slice(0, columns.length).map((column) => fitInput(kept, column, how));
  if (options.expand && inputs.some(({ kind }) => kind === "level"))
    throw new ModelError({
      code: "option",
      where: table.name,
      given: { features: options.expand.kind, embedded: (options.embed ?? []).join(", ") },
      rule: "level numbers are for an embedding layer; no powers or waves can be made of them.",
      hint: "leave out one of the two",
    });
  const features = inputs.flatMap(namesOf);
  const target = fitTargets(kept, { names: targets, task, scaled: options.scaleTargets ?? scale !== "none" });
  const fitted = { task, reason, scale, missing, unseen, inputs, target };
  const weighted = { ...fitted, ...(weights !== undefined && { weights }) };
  if (!options.expand) return { ...weighted, features };
  const { names, expansion } = fitExpansion(options.expand, {
    x: baseFeatures(inputs, { table: kept, unseen }).x,
    names: features,
    scale,
  });
  return { ...weighted, expansion, features: names };
}

/** The columns to learn from; names in the options must be among them. */
function inputColumns(table: Table, options: EncodingOptions): Column[] {
  const { weights, scales = {}, categorical = [], embed = [] } = options;
  const targets = namesFrom(options.target);
  const others = weights === undefined ? targets : [...targets, weights];
  const columns = table.columns.filter(({ name }) => !others.includes(name));
  const known = new Set(columns.map(({ name }) => name));
  const odd = [...Object.keys(scales), ...categorical, ...embed].find((name) => !known.has(name));
  if (odd !== undefined)
    throw new ModelError({
      code: "data-columns",
      where: table.name,
      rule: others.includes(odd)
        ? `the column ${JSON.stringify(odd)} is no input.`
        : `there is no column ${JSON.stringify(odd)}.`,
      hint: suggestion(odd, [...known]),
    });
  if (columns.length > 0) return columns;
  throw new ModelError({
    code: "data-columns",
    where: table.name,
    given: { columns: columnNames(table).join(", ") },
    rule: `besides the target ${targets.map((name) => JSON.stringify(name)).join(", ")} there is no column to learn from.`,
  });
}
