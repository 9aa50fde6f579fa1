import { defaultBackend } from "../backends/index.ts";
import type { Prepared } from "./prepare.ts";
import type { CheckedRunFile } from "./runfile.ts";
import { recordedStopping } from "./stopping.ts";
import { machine, versions } from "./version.ts";

type Choices = Pick<
  Prepared,
  "task" | "encoding" | "network" | "start" | "loss" | "optimizer" | "epochs" | "batchSize" | "l1" | "l2" | "watch"
> & {
  readonly hash: string;
  /** Of the test part, where there is one. */
  readonly testHash: string | undefined;
  readonly target: unknown;
  readonly shares: { readonly validation: number; readonly test: number; readonly trainDev?: number };
};

/** The run file with every default written down, so that a later version with other defaults repeats the same run. */
export function filledIn(
  file: CheckedRunFile,
  choices: Omit<Choices, "target"> & { readonly targets: readonly string[] },
): CheckedRunFile {
  const { encoding, network, start, optimizer, shares, watch } = choices;
  const { hidden, activation, output } = network;
  return {
    ...file,
    data: {
      ...file.data,
      target: choices.targets.length === 1 ? choices.targets[0]! : [...choices.targets],
      task: choices.task,
      scale: encoding.scale,
      missing: encoding.missing,
      ...shares,
      hash: choices.hash,
      testHash: choices.testHash,
    },
    network: { ...file.network, hidden: [...hidden], activation: [...activation], output },
    ...(start && { start: { ...file.start!, inputs: start.inputs, fingerprint: start.fingerprint } }),
    training: {
      ...file.training,
      loss: choices.loss,
      optimizer: typeof file.training.optimizer === "object" ? file.training.optimizer : optimizer.name,
      ...(optimizer.learningRate !== null && { learningRate: optimizer.learningRate }),
      epochs: choices.epochs,
      batchSize: choices.batchSize,
      l1: choices.l1,
      l2: choices.l2,
      ...(watch && { earlyStopping: recordedStopping(watch) }),
    },
    backend: file.backend ?? defaultBackend(),
  };
}

/** What gradus writes of a run beside its settings. */
export interface Written {
  /** What the user typed. */
  readonly command?: string | undefined;
  /** Names of the settings that the user chose, in words. */
  readonly chosen?: readonly string[];
  readonly versions?: Readonly<Record<string, string>>;
  readonly machine?: Readonly<Record<string, string>>;
  /** When it went on, after which epoch, and with what. */
  readonly resumed?: readonly (Omit<Written, "resumed"> & { readonly epoch: number; readonly time: string })[];
}

/** `run.json` */
export function runJson(prepared: Prepared, written: Written): string {
  return `${JSON.stringify({ ...prepared.file, written: { chosen: [...prepared.chosen], ...written } }, null, 2)}\n`;
}

/** What is written of a run that begins. */
export const begunWith = (command: string | undefined): Written => ({
  command,
  versions: versions(),
  machine: machine(),
});

/** What is written of a run that goes on after an epoch. */
export const resumedWith = (before: Written, epoch: number, command: string | undefined): Written => ({
  ...before,
  resumed: [...(before.resumed ?? []), { epoch, time: new Date().toISOString(), ...begunWith(command) }],
});

/** `learningRate` → `learning rate` */
export const words = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The names, in words, of the settings that a run file names itself. */
export function chosenIn({ data, network, training, ...rest }: CheckedRunFile): Set<string> {
  const parts = [
    data,
    network,
    training,
    { ...rest, ...(rest.seed === 0 && { seed: undefined }), ...(rest.precision === "f32" && { precision: undefined }) },
  ];
  return new Set(
    parts.flatMap((part) => Object.entries(part).flatMap(([key, value]) => (value === undefined ? [] : [words(key)]))),
  );
}
