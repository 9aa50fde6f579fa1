import { digest, mix, startHash, words } from "../core/hash.ts";
import { ModelError, suggestion } from "../core/index.ts";
import type { Task } from "../core/task.ts";
import {
  census,
  checkAnyValue,
  checkFilled,
  checkFinite,
  checkWeights,
  column,
  columnNames,
  completeRows,
  dropColumns,
  hashTable,
  split,
  splitSources,
  type Table,
  takeRows,
  targetColumn,
} from "../data/index.ts";
import type { Prepared } from "./prepare.ts";
import type { CheckedRunFile } from "./runfile.ts";
import type { Source, SourceOptions } from "./source.ts";

/** How a run file wants its data to be read. */
export const readingOf = ({
  data: { testData, devData, drop = [], categorical = [], embed = {}, absent },
}: CheckedRunFile): SourceOptions => ({
  text: [...drop, ...categorical, ...Object.keys(embed)],
  ...(testData !== undefined && { testData }),
  ...(devData !== undefined && { devData }),
  ...(absent && { absent }),
});

/** A hash of all that was read: of the one table, or of all parts together. */
export function hashParts({ table, validation, test, dev }: Source): string {
  const hashes = [table, validation, test, dev].flatMap((part) => (part ? [hashTable(part)] : []));
  if (hashes.length === 1) return hashes[0]!;
  const state = startHash();
  mix(state, words(hashes.join()));
  return digest(state);
}

/**
 * The target columns: those that are asked for (`a,b` names two columns, unless one is called so), or the usual one.
 *
 * @throws `data-target` for an unknown column, or one that is named twice
 */
export function targetsIn({ table, target }: Source, { data }: CheckedRunFile): readonly string[] {
  const wanted = data.target ?? target;
  const single = typeof wanted === "string" && columnNames(table).includes(wanted);
  const names = typeof wanted !== "string" ? wanted : single ? [wanted] : wanted.split(",").map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new ModelError({
      code: "data-target",
      where: table.name,
      given: { target: names.join(", ") },
      rule: `the target ${JSON.stringify(twice)} is named twice.`,
    });
  for (const name of names) targetColumn(table, name);
  return names;
}

/**
 * The source with those of its own parts that have a target. A file that the run names must have one; a `test.csv` that
 * was found beside `train.csv` may be there to be predicted, and then is left alone.
 *
 * @throws `data-target` when there is nothing to learn, `data-columns` when a part lacks a column of the training part
 */
export function withTargets(source: Source, targets: readonly string[], { data }: CheckedRunFile): Source {
  if (!source.labelled && data.target === undefined)
    throw new ModelError({
      code: "data-target",
      where: source.description,
      given: { columns: source.table.columns.length },
      rule: `there are ${source.image ? "images" : "inputs"}, but no targets to learn.`,
      hint: source.image
        ? "name the folder with images and labels"
        : "name the target with --target, or save y beside X",
    });
  const usable = (part: Table | null): Table | null => {
    if (!part) return null;
    const known = new Set(columnNames(part));
    const lacking = columnNames(source.table).filter((name) => !known.has(name) && !data.drop?.includes(name));
    if (lacking.length === 0) return part;
    if (lacking.every((name) => targets.includes(name)) && data.testData === undefined) return null;
    throw new ModelError({
      code: "data-columns",
      where: part.name,
      given: { "not there": lacking.slice(0, 8).join(", ") + (lacking.length > 8 ? ", …" : "") },
      rule: `all parts must have the columns of ${source.table.name}.`,
      hint: suggestion(lacking[0]!, columnNames(part)),
    });
  };
  const dev = usable(source.dev);
  if (source.dev && !dev) for (const name of targets) targetColumn(source.dev, name);
  return { ...source, validation: usable(source.validation), test: usable(source.test), dev };
}

/** Columns that are there for something else than to be learnt from: groups and order of the rows. */
function roles({ columns }: Table, targets: readonly string[], { data }: CheckedRunFile): string[] {
  const { groups, order, weights } = data;
  const known = new Set(columns.map(({ name }) => name));
  const asked = { groups, order: order === "file" && !known.has("file") ? undefined : order, weights };
  const odd = Object.entries(asked).find(([, name]) => name !== undefined && targets.includes(name));
  if (odd)
    throw new ModelError({
      code: "option",
      where: odd[0],
      given: { target: targets.join(", "), [odd[0]]: odd[1]! },
      rule: `the column ${JSON.stringify(odd[1])} is the target, and cannot be ${odd[0]} as well.`,
      hint: `name another column, or another target with --target`,
    });
  return [asked.groups, asked.order].flatMap((name) => (name === undefined ? [] : [name]));
}

/**
 * The columns and rows to work with, without missing values that nothing is to be done about.
 *
 * @throws `data-columns`, `data-target` for unknown columns, `data-missing`, `data-number`
 */
export function usable(source: Source, targets: readonly string[], file: CheckedRunFile): Table {
  const { drop, missing = "error", weights } = file.data;
  const table = drop ? dropColumns(source.table, drop) : source.table;
  for (const name of targets) targetColumn(table, name);
  const inputs = dropColumns(table, [...new Set([...roles(table, targets, file), ...(weights ? [weights] : [])])]);
  checkAnyValue(dropColumns(inputs, targets));
  checkFilled(inputs, { missing, targets });
  checkFinite(inputs);
  if (weights) checkWeights(table, weights);
  const rows = completeRows(inputs, missing);
  return rows.length === table.rows ? table : takeRows(table, rows);
}

/** Shares of the rows; of two sources, `test` is one of the rows that matter, and `trainDev` of the others. */
interface Shares {
  readonly validation: number;
  readonly test: number;
  readonly trainDev?: number;
}

/**
 * The shares that are asked for, or that suit the data.
 *
 * @throws `option` for a share that has no meaning for one source, or for two
 */
export function sharesOf({ shares, validation, test, dev }: Source, { data }: CheckedRunFile): Shares {
  if (dev) {
    if (data.validation) throw misplaced("validation", data.validation, "all rows of devData that are not sealed are.");
    return { validation: 0, test: test ? 0 : (data.test ?? 0.5), trainDev: data.trainDev ?? 0.2 };
  }
  if (data.trainDev)
    throw misplaced("trainDev", data.trainDev, "it is for data of two sources: name the other, devData.");
  return {
    validation: validation ? 0 : (data.validation ?? shares.validation),
    test: test ? 0 : (data.test ?? shares.test),
  };
}

const misplaced = (where: string, share: number, rule: string): ModelError =>
  new ModelError({ code: "option", where, given: { [where]: share }, rule: `cannot be set here: ${rule}` });

/**
 * The test part is drawn first, and the same whatever is done with the rest. What was needed for the split alone is left
 * out of the parts.
 *
 * @throws `data-split`, `data-classes` as `split`, and when the training part has a single class or target
 */
export function parts(
  source: Source,
  { table, targets, task }: { table: Table; targets: readonly string[]; task: Task },
  file: CheckedRunFile,
): Prepared["tables"] {
  const { validation, test, trainDev } = sharesOf(source, file);
  if (validation + test >= 1)
    throw new ModelError({
      code: "data-split",
      where: "validation + test",
      given: { validation, test },
      rule: "validation and test shares must add up to less than 1: rows must be left to train on.",
    });
  const { groups, order } = file.data;
  const others = roles(table, targets, file);
  const how = {
    seed: file.seed,
    ...((task === "binary" || task === "multiclass") && order === undefined && { stratify: targets[0]! }),
    ...(groups !== undefined && { groups }),
    ...(order !== undefined && { order: others.includes(order) ? order : (true as const) }),
  };
  const divided = source.dev
    ? splitSources(table, source.dev, { ...how, test, ...(trainDev !== undefined && { trainDev }) })
    : { ...split(table, { ...how, validation, test }), trainDev: null };
  const training = dropColumns(divided.training, others);
  for (const name of targets) checkTarget(training, name, table);
  return {
    training,
    trainDev: divided.trainDev && dropColumns(divided.trainDev, others),
    validation: (!source.dev && source.validation) || dropColumns(divided.validation, others),
    test: source.test ?? dropColumns(divided.test, others),
  };
}

/** Refuses a training part whose targets are all alike, though those of the whole table are not. */
function checkTarget(training: Table, target: string, { rows }: Table): void {
  const found = census(column(training, target));
  if (found.values.length > 1) return;
  throw new ModelError({
    code: "data-classes",
    where: `${training.name}, training part, target ${JSON.stringify(target)}`,
    given: { target: String(found.values[0] ?? "missing"), "training rows": training.rows, "of rows": rows },
    rule: `every training row has the target ${found.values[0]}; all others were held out.`,
    hint: "hold out fewer rows, or other ones: by chance (no --order), without --groups, or with another --seed",
  });
}
