import { ModelError, suggestion } from "../core/index.ts";
import type { TrainSummary } from "../report/input.ts";
import type { Change, Figures, Finding, FindingKind } from "../training/index.ts";
import { metricNamed } from "../training/index.ts";
import { execute, type RunHooks } from "./execute.ts";
import type { Inspection } from "./inspect.ts";
import { loadModel, measurePart, type TrainedModel } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { recordedFile, unchangedAgain } from "./recorded.ts";
import { type CheckedRunFile, checkRunFile } from "./runfile.ts";
import { summaryIn } from "./summary.ts";

/** A figure of the run and of its trial, on one part. */
export interface Compared {
  readonly name: string;
  readonly part: "train" | "validation";
  readonly before: number;
  readonly after: number;
}

/** A finding that comes with a change. */
export type Treatable = Finding & { readonly change: Change };
const isTreatable = (finding: Finding): finding is Treatable => finding.change !== undefined;

/** What came of trying a change. */
export interface Trial {
  readonly kind: FindingKind;
  readonly change: Change;
  /** The run with the change. */
  readonly run: string;
  /** Why it ended. */
  readonly stopped: string;
  readonly epochs: number;
  readonly figures: readonly Compared[];
  /** The figure by which it is judged: of the validation part, where there is one. */
  readonly judged: Compared;
  /** Whether that figure is better. */
  readonly helped: boolean;
  /** Whether the finding is gone. */
  readonly gone: boolean;
  readonly findings: readonly Finding[];
}

/**
 * The finding whose change is to be tried: that of a kind, or the first that has one.
 *
 * @returns null when there is none
 * @throws `option` for a kind that was not found, or has no change
 */
export function findingToTry({ run, findings }: Inspection, kind: string | null): Treatable | null {
  const able = findings.filter(isTreatable);
  if (kind === null) return able[0] ?? null;
  const found = findings.find((finding) => finding.kind === kind);
  if (found && isTreatable(found)) return found;
  const kinds = able.map((finding) => finding.kind);
  throw new ModelError({
    code: "option",
    where: "--try",
    given: { given: kind },
    rule: found ? `no setting of a run mends ${kind}: ${found.advice}.` : `this was not found in ${run}.`,
    hint: kinds.length > 0 ? suggestion(kind, kinds) : "nothing that was found comes with a change to try",
  });
}

/** What a trial tells while it goes on, and where it is kept. */
export interface TrialOptions extends RunHooks {
  /** Folder of the new run. Default `runs/<time>-<name>`. */
  readonly out?: string;
  readonly command?: string;
}

/**
 * Trains once more with the change of a finding, as many epochs, and compares. The test part stays sealed.
 *
 * @throws `data-changed`, `file-missing` when the data of the run are not there; what training throws
 */
export async function tryChange(
  { run, epochs, stopped }: Inspection,
  finding: Treatable,
  options: TrialOptions,
): Promise<Trial> {
  if (stopped === null)
    throw new ModelError({
      code: "option",
      where: "--try",
      given: { run, "epochs done": epochs.done, of: epochs.planned },
      rule: "this run has not come to its end, so there is nothing to compare with.",
      hint: `finish it first: gradus train --resume ${run}`,
    });
  const file = await recordedFile(run);
  const own = await unchangedAgain(run, file, "restore them");
  const count = stopped === "interrupted" ? epochs.done : epochs.planned;
  const wanted = changedFile(run, { ...file, training: { ...file.training, epochs: count } }, finding.change);
  const before = { model: await loadModel(run), prepared: own };
  const summary = await trialOf(wanted, options);
  const after = { model: await loadModel(summary.run), prepared: await prepare(wanted) };
  return {
    kind: finding.kind,
    change: finding.change,
    run: summary.run,
    stopped: summary.stopped,
    epochs: summary.epochs,
    ...compared(finding.kind, before, after, summary.findings ?? []),
  };
}

/** The run with the change. One that diverges is a result like any other: it is kept, and did not help. */
async function trialOf(file: CheckedRunFile, options: TrialOptions): Promise<TrainSummary> {
  try {
    return (await execute(file, options)).summary;
  } catch (error) {
    const kept = error instanceof ModelError && error.problem.code === "diverged" && error.problem.given?.["kept in"];
    const summary = typeof kept === "string" ? await summaryIn(kept) : null;
    if (!summary) throw error;
    return summary;
  }
}

/** A network with the rows that it is measured on. */
export interface Side {
  readonly model: TrainedModel;
  readonly prepared: Prepared;
}

/** Figures of both, which of them counts, and whether it is better. */
export function compared(
  kind: FindingKind,
  before: Side,
  after: Side,
  findings: readonly Finding[],
): Pick<Trial, "figures" | "judged" | "helped" | "gone" | "findings"> {
  const extra = kind === "class-imbalance" ? ["balancedAccuracy"] : [];
  const [was, is] = [figuresOf(before, extra), figuresOf(after, extra)];
  const parts = (["train", "validation"] as const).filter((part) => was[part] && is[part]);
  const names = Object.keys(is[parts[0]!] ?? {}).filter((name) => name !== "loss" || sameLoss(before, after));
  const figures = names.flatMap((name) =>
    parts.map((part) => ({ name, part, before: was[part]![name]!, after: is[part]![name]! })),
  );
  const name = extra.map((metric) => metricNamed(metric).label)[0] ?? names[0]!;
  const judged = figures.find((figure) => figure.name === name && figure.part === parts.at(-1))!;
  const gone = !findings.some((finding) => finding.kind === kind && finding.severity !== "note");
  const gain = isHigh(name) ? judged.after - judged.before : judged.before - judged.after;
  const better = gain > 0 || (Number.isNaN(judged.before) && Number.isFinite(judged.after));
  return { figures, judged, helped: kind === "telling-column" ? gone : better, gone, findings };
}

const isHigh = (name: string): boolean => name !== "loss" && metricNamed(name).better === "high";

/** Losses compare where they are the same, in the same unit. */
const sameLoss = ({ model: a }: Side, { model: b }: Side): boolean =>
  a.file.loss === b.file.loss && a.file.target.scale === b.file.target.scale;

type Named = Readonly<Record<string, number>>;

/** Loss and metrics of the open parts, every row and class counting alike. */
function figuresOf(
  { model, prepared }: Side,
  extra: readonly string[],
): Readonly<Record<"train" | "validation", Named | null>> {
  const { classWeights: _, ...file } = model.file;
  const metrics = [...prepared.measured, ...extra.map(metricNamed)];
  const of = (part: Prepared["validation"]): Named | null =>
    part && flat(measurePart({ ...model, file }, part, metrics));
  return { train: of(prepared.training), validation: of(prepared.validation) };
}

const flat = ({ loss, metrics }: Figures): Named => ({ loss, ...metrics });

/**
 * A run file with a change laid over it, setting by setting; null takes a setting away, so that its default is used.
 *
 * @param where what to call the file in messages
 * @throws `option` when what comes out is not a run file
 * @see RFC 7396, JSON merge patch
 */
export function changedFile(where: string, file: CheckedRunFile, change: Change): CheckedRunFile {
  return checkRunFile(where, merged(file, change));
}

function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === "object" && x !== null && !Array.isArray(x);
