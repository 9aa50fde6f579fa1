import { ModelError } from "../core/index.ts";
import { fingerprint } from "../interchange/index.ts";
import type { EpochRow } from "../training/index.ts";
import { type HistoryLine, readHistory } from "./history.ts";
import { loadModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Written } from "./record.ts";
import { preparedAgain, recordedFile } from "./recorded.ts";
import { summaryIn } from "./summary.ts";
import { inPrecision, type RunEnd, type RunEpoch, runEpochs } from "./training.ts";
import { machine, versions } from "./version.ts";

/** Something that was one thing in a run and is another now. */
export interface Changed {
  readonly what: string;
  readonly recorded: string | number | null;
  readonly now: string | number | null;
}

/** What came of running a run again. */
export interface Replay {
  readonly run: string;
  /** Whether every epoch, and the parameters in the end, are the same, bit by bit. */
  readonly equal: boolean;
  /** Epochs that are the same. */
  readonly epochs: number;
  /** The first thing that is not: `epoch` is the epoch; null means the end. */
  readonly difference: (Changed & { readonly epoch: number | null }) | null;
  /** Hash of the parameters in the end: null where the run was broken off, or where the replay ended at a difference. */
  readonly fingerprint: { readonly recorded: string | null; readonly now: string | null };
  /** What is not as it was: data, versions, the machine. */
  readonly changes: readonly Changed[];
}

/** What a replay tells while it goes on, and by what it is stopped. */
export interface ReplayHooks {
  readonly signal?: AbortSignal;
  readonly onStart?: (prepared: Prepared, epochs: number) => void;
  readonly onEpoch?: (row: EpochRow) => void;
}

/**
 * Runs a run again, up to where it came or to the first difference, and compares bit by bit. Nothing is written.
 *
 * @param run folder of a run, finished or not
 * @throws `file-missing`, `file-format`, `option` when it is not there or damaged; what reading its data throws
 */
export async function replay(run: string, { signal, onStart, onEpoch }: ReplayHooks = {}): Promise<Replay> {
  const file = await recordedFile(run);
  const prepared = await preparedAgain(run, file, "restore them");
  const recorded = await recordOf(run, prepared);
  const count = recorded.end ? prepared.epochs : recorded.lines.length;
  onStart?.(prepared, count);
  const compared = await compare(recorded, runEpochs(prepared, { signal }), onEpoch);
  return {
    run,
    equal: compared.difference === null,
    ...compared,
    changes: changesSince((file.written ?? {}) as Written, [
      { what: "data", recorded: file.data.hash, now: prepared.hash },
      { what: "starting network", recorded: file.start?.fingerprint, now: prepared.start?.fingerprint },
      { what: "model", recorded: recorded.end?.fingerprint, now: await modelIn(run) },
    ]),
  };
}

/** What is known of a run. */
interface Recorded {
  readonly lines: readonly HistoryLine[];
  /** How it ended, if it came to its own end. */
  readonly end: { readonly stopped: string; readonly fingerprint: string } | null;
  readonly prepared: Prepared;
}

async function recordOf(run: string, prepared: Prepared): Promise<Recorded> {
  const lines = await readHistory(run, prepared.validation !== null);
  const summary = await summaryIn(run);
  const end = summary?.stopped === "interrupted" ? null : summary;
  if (lines.length > 0 || end) return { lines, end, prepared };
  throw new ModelError({
    code: "file-missing",
    where: run,
    rule: "this run ended before its first epoch was recorded: there is nothing to compare with.",
    hint: `gradus train --resume ${run}`,
  });
}

/** Hash of the model that lies in a run; nothing where it is damaged or gone. */
const modelIn = (run: string): Promise<string | undefined> =>
  loadModel(run).then(
    ({ file }) => file.fingerprint,
    () => undefined,
  );

async function compare(
  { lines, end, prepared }: Recorded,
  epochs: AsyncGenerator<RunEpoch, RunEnd, void>,
  onEpoch: ReplayHooks["onEpoch"],
): Promise<Pick<Replay, "epochs" | "difference" | "fingerprint">> {
  const recorded = end?.fingerprint ?? null;
  const cut = (epochs: number, difference: Replay["difference"]): Awaited<ReturnType<typeof compare>> => ({
    epochs,
    difference,
    fingerprint: { recorded, now: null },
  });
  try {
    for (let i = 0; end !== null || i < lines.length; i++) {
      const next = await epochs.next();
      if (next.done) return ended({ lines, end, prepared }, next.value, i);
      const line = lines[i];
      if (!line) return cut(i, { epoch: i + 1, what: "end", recorded: end!.stopped, now: "goes on" });
      const odd = differenceOf(line, next.value);
      if (odd) return cut(i, { epoch: i + 1, ...odd });
      onEpoch?.(next.value.row);
    }
    return cut(lines.length, null);
  } finally {
    await epochs.return(undefined as never);
  }
}

/** The end against the recorded one. */
function ended(
  { lines, end, prepared }: Recorded,
  { end: now }: RunEnd,
  epochs: number,
): Awaited<ReturnType<typeof compare>> {
  // biome-ignore format: one line
  const numbers = inPrecision(now, prepared.file.precision);
  const recorded = end?.fingerprint ?? null;
  const fingerprints = { recorded, now: fingerprint(numbers.parameters, numbers.state) };
  const stopped = end?.stopped ?? "goes on";
  if (lines.length !== epochs || stopped !== now.stopped)
    return {
      epochs,
      difference: {
        epoch: epochs + 1,
        what: "end",
        recorded: lines.length > epochs ? "goes on" : stopped,
        now: now.stopped,
      },
      fingerprint: fingerprints,
    };
  const same = recorded === fingerprints.now;
  return {
    epochs,
    difference: same ? null : { epoch: null, what: "parameters", recorded, now: fingerprints.now },
    fingerprint: fingerprints,
  };
}

/** What of an epoch is not the same, but for the time that it took: first its figures, then the parameters. */
function differenceOf(line: HistoryLine, { row, fingerprint }: RunEpoch): Changed | null {
  const [was, is] = [figuresIn(line.row), figuresIn(row)];
  const odd = [...is.keys()].find((key) => was.has(key) && was.get(key) !== is.get(key));
  if (odd !== undefined) return { what: odd, recorded: was.get(odd)!, now: is.get(odd)! };
  if (line.fingerprint === null || line.fingerprint === fingerprint) return null;
  return { what: "parameters", recorded: line.fingerprint, now: fingerprint };
}

const timed = /^(?:seconds|rowsPerSecond)$/;

/** Every figure of a row by its path; those that are not finite, which JSON does not have, by their absence. */
function figuresIn(tree: unknown, path = ""): Map<string, number> {
  if (typeof tree === "number") return new Map(timed.test(path) || !Number.isFinite(tree) ? [] : [[path, tree]]);
  if (typeof tree !== "object" || tree === null) return new Map();
  return new Map(Object.entries(tree).flatMap(([key, value]) => [...figuresIn(value, path ? `${path}.${key}` : key)]));
}

/** Hashes of something that a run was made from. */
interface Fingerprints {
  readonly what: string;
  readonly recorded: string | undefined;
  readonly now: string | undefined;
}

/** Data, starting network, versions and machine, where they are not what they were when the run began or went on. */
function changesSince(written: Written, sources: readonly Fingerprints[]): Changed[] {
  const changed = sources.flatMap(({ what, recorded, now = null }) =>
    recorded === undefined || recorded === now ? [] : [{ what, recorded, now }],
  );
  const sessions = [written, ...(written.resumed ?? [])];
  const differing = (was: Readonly<Record<string, string>> = {}, is: Readonly<Record<string, string>>): Changed[] =>
    Object.keys({ ...was, ...is })
      .filter((what) => was[what] !== undefined && was[what] !== is[what])
      .map((what) => ({ what, recorded: was[what]!, now: is[what] ?? null }));
  const found = sessions.flatMap((session) => [
    ...differing(session.versions, versions()),
    ...differing(session.machine, machine()),
  ]);
  const distinct = new Map([...changed, ...found].map((change) => [JSON.stringify(change), change]));
  return [...distinct.values()];
}
