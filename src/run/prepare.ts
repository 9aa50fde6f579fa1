import type { Task } from "../core/task.ts";
import { type Encoded, type Encoding, fitEncoding, hashTable, type Table, type TaskChoice } from "../data/index.ts";
import type { LossOptions, NetworkSpec } from "../interchange/index.ts";
import type { LossName } from "../nn/index.ts";
import { type Metric, measuredBeside, metricNamed, metricsOf, type Watch } from "../training/index.ts";
import { networkFor, rule, targetScale } from "./choices.ts";
import { encodingOptions } from "./columns.ts";
import { encodingLike, unitLike } from "./keptencoding.ts";
import { classWeighting, lossFor, taskFor } from "./lossoptions.ts";
import { encodePart } from "./model.ts";
import { type Copies, copiesIn, notesOn } from "./notes.ts";
import type { Optimizing } from "./optimizing.ts";
import { pacedFor } from "./pacing.ts";
import { hashParts, parts, readingOf, sharesOf, targetsIn, usable, withTargets } from "./parts.ts";
import { reachNotes } from "./reach.ts";
import { common, type Recipe, recipes } from "./recipes.ts";
import { chosenIn, filledIn } from "./record.ts";
import { roleNotes } from "./roles.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { loadSource, type Source } from "./source.ts";
import { type Kept, keptFor, newHead, type Start, startFrom, withLayersOf } from "./start.ts";
import { watched } from "./stopping.ts";
import { checkThreshold } from "./threshold.ts";

/** A run with every choice made and all data ready, before anything is written. */
export interface Prepared {
  readonly source: Source;
  readonly hash: string;
  readonly task: Task;
  readonly reason: string;
  readonly encoding: Encoding;
  readonly training: Encoded;
  readonly validation: Encoded | null;
  /** Rows like those of the training part that are not trained on, where the validation part is of another source. */
  readonly trainDev: Encoded | null;
  /** Tables of the parts; that of the test part stays sealed until it is asked for. */
  readonly tables: Readonly<Record<"training" | "validation" | "test", Table>> & { readonly trainDev: Table | null };
  readonly network: NetworkSpec;
  /** The trained network that it starts from, and what of it is taken. */
  readonly start: (Start & Pick<Kept, "from" | "fingerprint">) | null;
  readonly loss: LossName;
  readonly lossOptions?: LossOptions;
  /** How much each class counts in the loss, in the order of the classes. */
  readonly classWeights: readonly number[] | null;
  readonly optimizer: Optimizing;
  readonly epochs: number;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
  /** What is measured beside the task's own metrics. */
  readonly measured: readonly Metric[];
  /** What early stopping watches, in the target's own unit. */
  readonly watch: Watch | null;
  /** Regression: targets are learnt as (y − shift) / scale. */
  readonly target: { readonly shift: number; readonly scale: number };
  /** Rows of the other parts that are copies of training rows. */
  readonly copies: Copies;
  /** What the user should be told about the data. */
  readonly notes: readonly string[];
  /** The run file with everything filled in. */
  readonly file: CheckedRunFile;
  /** Names of the settings, in words, that the run file chose itself. */
  readonly chosen: ReadonlySet<string>;
}

/**
 * Loads, splits and encodes the data of a run and makes every choice that its file leaves open. Nothing is written.
 *
 * @throws what reading, splitting and encoding throw; `loss-task` and `option` for choices that do not go together
 */
export async function prepare(wanted: CheckedRunFile): Promise<Prepared> {
  const kept = await keptFor(wanted);
  const file = withLayersOf(kept, wanted);
  const found = await loadSource(file.data.source, readingOf(file));
  const targets = targetsIn(found, file);
  const source = withTargets(found, targets, file);
  const recipe = (source.builtIn ? recipes[source.name] : undefined) ?? common;
  const table = usable(source, targets, file);
  const { task, reason } = taskFor(table, targets, file);
  const tables = parts(source, { table, targets, task }, file);
  const own = encodingFor(file, recipe, { training: tables.training, targets, task, reason });
  const choices = choicesOf(file, recipe, { encoding: own, tables, kept });
  const hash = hashParts(source);
  const copies = copiesIn(tables);
  const testHash = tables.test.rows > 0 ? hashTable(tables.test) : undefined;
  const encoded = encodedParts(file, choices, tables);
  return {
    ...choices,
    ...encoded,
    classWeights: classWeighting(choices.encoding, encoded.training, file),
    source,
    hash,
    tables,
    copies,
    notes: [
      ...notesOn(source, { found, table, tables, targets, copies, hash, wanted: file.data.hash }),
      ...roleNotes({ encoding: choices.encoding, tables, file }),
      ...startNotes(choices.start, file),
      ...reachNotes({ ...choices, training: encoded.training }),
      ...(encoded.validation?.notes.map((note) => `validation part, ${note}`) ?? []),
    ],
    chosen: chosenIn(wanted),
    file: filledIn(file, { ...choices, hash, testHash, targets, shares: sharesOf(source, file) }),
  };
}

/** The parts in numbers; that of the test stays sealed. */
function encodedParts(
  { precision }: CheckedRunFile,
  choices: Pick<Prepared, "encoding" | "target">,
  { training, validation, trainDev }: Prepared["tables"],
): Pick<Prepared, "training" | "validation" | "trainDev"> {
  const encoded = (part: Table): Encoded => encodePart({ ...choices, precision }, part);
  return {
    training: encoded(training),
    validation: validation.rows > 0 ? encoded(validation) : null,
    trainDev: trainDev && trainDev.rows > 0 ? encoded(trainDev) : null,
  };
}

function encodingFor(
  file: CheckedRunFile,
  recipe: Recipe,
  { training, ...choice }: TaskChoice & { readonly training: Table; readonly targets: readonly string[] },
): Encoding {
  const fitted = fitEncoding(training, encodingOptions(file, recipe, choice));
  return { ...fitted, reason: choice.reason, ...(file.data.absent && { absent: file.data.absent }) };
}

/** What does not depend on the numbers of the rows any more, but on how many there are and what they are like. */
function choicesOf(
  file: CheckedRunFile,
  recipe: Recipe,
  about: { readonly encoding: Encoding; readonly tables: Prepared["tables"]; readonly kept: Kept | null },
) {
  const { tables, kept } = about;
  const held = tables.validation.rows;
  const { task, reason } = about.encoding;
  const minimised = lossFor(task, file);
  const measured = measuredBeside(metricsOf[task], (file.evaluation?.metrics ?? []).map(metricNamed));
  checkThreshold(file.evaluation?.threshold, task, held);
  const planned = networkFor(about.encoding, minimised, recipe, file);
  const headKept = kept !== null && !newHead(file, planned);
  const like = kept && encodingLike(kept, about.encoding, file, headKept);
  const encoding = like?.encoding ?? about.encoding;
  const network = kept ? networkFor(encoding, minimised, recipe, file) : planned;
  const target = targetScale(encoding, minimised.loss, file.data.targetScale);
  const { optimizer, ...course } = rule(recipe, file, tables.training.rows);
  return {
    task,
    reason,
    encoding,
    network,
    start: kept && { ...startFrom(kept, network, file), ...like!, from: kept.from, fingerprint: kept.fingerprint },
    ...minimised,
    ...course,
    optimizer: pacedFor(network, optimizer),
    measured,
    watch: watched({ task, measured }, held > 0, file),
    target: kept ? unitLike(kept, target, headKept) : target,
  };
}

/** What should be known of a network that is started from. */
function startNotes(start: Prepared["start"], { start: wanted }: CheckedRunFile): string[] {
  if (!start) return [];
  const { from, fingerprint, inputs } = start;
  const before = wanted!.fingerprint ?? fingerprint;
  return [
    ...(before === fingerprint
      ? []
      : [`${from} has changed since the run file was written: fingerprint ${before} then, ${fingerprint} now`]),
    inputs === "kept"
      ? `inputs are scaled and coded as in ${from}`
      : `inputs are scaled and coded anew, not as in ${from}`,
  ];
}
