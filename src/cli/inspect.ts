import { Command } from "commander";
import { figure, findingsText, grouped, modelSummary, printable, significant, table } from "../report/terminal.ts";
import { findingToTry, type Inspection, inspect, type Treatable, type Trial, tryChange } from "../run/index.ts";
import type { Change, Finding } from "../training/index.ts";
import { everywhere, flag } from "./flags.ts";
import { interruption } from "./interruption.ts";
import { progress, type Speech, say, speechOf } from "./screen.ts";

interface InspectFlags {
  try?: string | true;
  out?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

export function inspectCommand(): Command {
  const command = new Command("inspect")
    .summary("what is wrong with a run, and whether a change helps")
    .description(
      "Looks a run over: its network, how training went, what is wrong, why, and what to do. The test part stays sealed.",
    )
    .argument("<run>", "folder of a run, finished or not")
    .option(
      "--try [finding]",
      "train once more with the change of the first finding, or of the one named, as many epochs, and compare",
    );
  flag(command, "--out <folder>", "folder of that run (default: runs/<time>-<name>)", String);
  command.addHelpText("after", "\nWhat is looked for, and why: docs/doctor.md");
  return everywhere(command).action(look);
}

async function look(run: string, flags: InspectFlags): Promise<void> {
  const speech = speechOf(flags);
  const inspection = await inspect(run);
  const finding = flags.try === undefined ? null : findingToTry(inspection, flags.try === true ? null : flags.try);
  if (!speech.json) write(finding ? chosenText(finding) : inspectionText(inspection));
  if (flags.try !== undefined && !finding && !speech.json) write(`\n${nothingToTry(inspection)}`);
  const trial = finding ? await tried(inspection, finding, { speech, out: flags.out }) : null;
  if (speech.json) write(JSON.stringify(inspectionObject(inspection, trial)));
  else if (trial) write(trialText(trial, run));
  if (trial?.stopped === "interrupted") process.exitCode = 130;
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

const nothingToTry = ({ findings }: Inspection): string =>
  findings.length === 0
    ? "There is nothing to try."
    : "There is nothing to try: no setting of the run mends what was found.";

async function tried(
  inspection: Inspection,
  finding: Treatable,
  { speech, out }: { readonly speech: Speech; readonly out: string | undefined },
): Promise<Trial> {
  const stop = interruption();
  let shown: ReturnType<typeof progress> | undefined;
  try {
    return await tryChange(inspection, finding, {
      signal: stop.signal,
      ...(out !== undefined && { out }),
      command: `gradus ${process.argv.slice(2).join(" ")}`,
      onReady: stop.ready,
      onStart: (prepared) => {
        say(speech, "");
        shown = progress(speech, prepared.epochs);
      },
      onEpoch: (row) => shown?.epoch(row),
    });
  } finally {
    shown?.end();
    stop.over();
  }
}

/** What a finding is tried by, to be pasted. */
const tryCommand =
  (run: string) =>
  ({ kind, change }: Finding): string | null =>
    change ? `gradus inspect ${quoted(run)} --try ${kind}  # ${settingsText(change)}` : null;

const quoted = (path: string): string => (/^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** `training.learningRate 0.01, network.init left out` */
function settingsText(change: Change, path = ""): string {
  return Object.entries(change)
    .map(([key, value]) => {
      const name = path ? `${path}.${key}` : key;
      if (value === null) return `${name} left out`;
      if (Array.isArray(value)) return `${name} ${value.join(",")}`;
      if (typeof value !== "object") return `${name} ${value}`;
      const inner = settingsText(value as Change, name);
      return inner === "" ? `${name} on` : inner;
    })
    .join(", ");
}

function inspectionText(inspection: Inspection): string {
  const { run, stopped, network, findings, notes } = inspection;
  const command = stopped === null ? () => null : tryCommand(run); // only what is over can be tried again
  const found = findings.length === 0 ? "nothing was found wrong" : findingsText(findings, command);
  return [
    `run       ${printable(run)}: ${stateText(inspection)}`,
    ...(network ? ["", modelSummary(network)] : []),
    ...factsText(inspection),
    ...layersText(inspection),
    ...(notes.length > 0 ? ["", ...notes.map((note) => `note      ${printable(note)}`)] : []),
    "",
    found,
  ].join("\n");
}

const reasons: Readonly<Record<string, string>> = {
  epochs: "finished",
  early: "stopped early",
  interrupted: "interrupted",
  diverged: "diverged",
  converged: "converged",
};

function stateText({ run, stopped, epochs: { done, planned } }: Inspection): string {
  const epochs = `${grouped(done)} of ${planned === 1 ? "1 epoch" : `${grouped(planned)} epochs`}`;
  if (stopped === null) return `not finished, ${epochs} (gradus train --resume ${run})`;
  return `${reasons[stopped] ?? stopped}, ${epochs}`;
}

/** Loss and metrics, a column a part; of a run that is not finished, those of its last epoch. */
function factsText({ summary, history }: Inspection): string[] {
  const last = history.at(-1);
  const figures = summary ? { loss: summary.loss, ...summary.metrics } : last && { loss: last.loss, ...last.metrics };
  if (!figures) return [];
  const rows = Object.entries(figures).map(([name, { train, validation }]) => [
    name,
    train === null ? "–" : figure(name, train),
    validation === null ? "–" : figure(name, validation),
  ]);
  return ["", table(["", "training", "validation"], rows, { align: ["left", "right", "right"] })];
}

/** How the layers stood when they were last recorded. */
function layersText({ history }: Inspection): string[] {
  const row = history.findLast(({ layers }) => layers);
  if (!row) return [];
  const of = (x: number | null | undefined): string => (x === null || x === undefined ? "" : significant(x, 2));
  const rows = row.layers!.map(({ layer, mean, variance, dead, saturated, gradient, update }) => [
    layer,
    ...[mean, Math.sqrt(variance), dead, saturated, gradient, update].map(of),
  ]);
  const headers = ["layer", "mean", "deviation", "dead", "flat", "gradient", "update"];
  const align = ["left", ...headers.slice(1).map(() => "right")] as ("left" | "right")[];
  return ["", `after epoch ${grouped(row.epoch)}`, table(headers, rows, { align })];
}

const chosenText = ({ kind, text, change }: Treatable): string =>
  `trying    ${settingsText(change)}\nfor       ${kind}: ${printable(text)}`;

function trialText(trial: Trial, before: string): string {
  const { run, stopped, epochs, figures, judged, helped, gone, kind, findings } = trial;
  const parts = { train: "training", validation: "validation" } as const;
  const rows = figures.map(({ name, part, before, after }) => [
    `${parts[part]} ${name}`,
    figure(name, before),
    figure(name, after),
  ]);
  const left = findings.filter((finding) => finding.severity !== "note").map((finding) => finding.kind);
  const verdict = `${helped ? "it helped" : "it did not help"}: ${parts[judged.part]} ${judged.name} ${figure(judged.name, judged.before)}, then ${figure(judged.name, judged.after)}`;
  return [
    "",
    table(["", "before", "after"], rows, { align: ["left", "right", "right"] }),
    "",
    `${verdict}; ${kind} is ${gone ? "gone" : "still there"}`,
    ...(left.length > 0 ? [`found now ${left.join(", ")}`] : []),
    `epochs    ${grouped(epochs)}${stopped === "epochs" ? "" : `, ${reasons[stopped] ?? stopped}`}`,
    `before    ${printable(before)}`,
    `after     ${printable(run)}`,
  ].join("\n");
}

/** What `--json` prints. */
function inspectionObject({ history, ...inspection }: Inspection, trial: Trial | null): object {
  const layers = history.findLast((row) => row.layers);
  return {
    ...inspection,
    layers: layers ? { epoch: layers.epoch, rows: layers.layers } : null,
    ...(trial && { try: trial }),
  };
}
