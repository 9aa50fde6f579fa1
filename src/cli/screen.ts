import { plainLine, progressLine } from "../report/terminal.ts";
import type { EpochRow } from "../training/index.ts";

/** How much a command says, and how. */
export interface Speech {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Colours on standard error, where the progress is. */
  readonly color: boolean;
  /** Columns of standard output, and colours on it. */
  readonly page: Page;
}

/** Where results are said. */
export interface Page {
  readonly width: number;
  readonly color: boolean;
}

/** Narrower than this, nothing can be shown. */
const leastColumns = 20;
const usualColumns = 80;

/** Columns of a terminal; elsewhere as COLUMNS says, or as usual. */
function columnsOf(stream: NodeJS.WriteStream): number {
  const told = stream.columns || Number(process.env["COLUMNS"]);
  return Number.isInteger(told) && told > 0 ? Math.max(leastColumns, told) : usualColumns;
}

/** Reads the flags that every command has. */
export function speechOf(options: { json?: boolean; quiet?: boolean; color?: boolean }): Speech {
  const wanted = options.color !== false && !process.env["NO_COLOR"];
  const colored = (stream: NodeJS.WriteStream): boolean =>
    wanted && stream.isTTY === true && process.env["TERM"] !== "dumb";
  return {
    json: options.json === true,
    quiet: options.quiet === true,
    color: colored(process.stderr),
    page: { width: columnsOf(process.stdout), color: colored(process.stdout) },
  };
}

/** Says something to a person: on standard output, unless that is for JSON or nothing is to be said. */
export function say({ json, quiet }: Speech, text: string): void {
  if (!json && !quiet) process.stdout.write(`${text}\n`);
}

const clearLine = "\r\u001b[K";
/** Milliseconds between two drawings of the progress line. */
const pace = 80;
/** Lines of progress that are printed where there is no terminal. */
const plainLines = 20;

/** Shows training as it goes on: one line drawn over and over on a terminal, some plain lines elsewhere. */
export function progress(speech: Speech, epochs: number): { epoch(row: EpochRow): void; end(): void } {
  if (speech.quiet || epochs === 0) return { epoch: () => undefined, end: () => undefined };
  return process.stderr.isTTY && process.env["TERM"] !== "dumb" ? drawnProgress(speech, epochs) : plainProgress(epochs);
}

const mainMetric = (row: EpochRow): string | null => Object.keys(row.metrics)[0] ?? null;

function plainProgress(epochs: number): ReturnType<typeof progress> {
  const every = Math.ceil(epochs / plainLines);
  let last: EpochRow | undefined;
  let printed = 0;
  const print = (row: EpochRow): void => {
    printed = row.epoch;
    process.stderr.write(`${plainLine(row, { epochs, metric: mainMetric(row) })}\n`);
  };
  return {
    epoch(row) {
      last = row;
      if (row.epoch === 1 || row.epoch % every === 0) print(row);
    },
    end() {
      if (last && last.epoch !== printed) print(last);
    },
  };
}

function drawnProgress({ color }: Speech, epochs: number): ReturnType<typeof progress> {
  const losses: number[] = [];
  let best: { epoch: number; value: number } | null = null;
  let [drawn, last] = [0, undefined as EpochRow | undefined];
  const draw = (row: EpochRow, done: boolean): void => {
    const width = (process.stderr.columns || 80) - 1;
    const secondsPerEpoch = row.seconds / row.epoch;
    const line = progressLine(row, {
      epochs,
      secondsPerEpoch,
      best,
      losses,
      width,
      color,
      metric: mainMetric(row),
      done,
    });
    process.stderr.write(clearLine + line);
    drawn = performance.now();
  };
  return {
    epoch(row) {
      last = row;
      losses.push(row.loss.train);
      const value = row.loss.validation ?? row.loss.train;
      if (!best || value < best.value) best = { epoch: row.epoch, value };
      if (performance.now() - drawn > pace) draw(row, false);
    },
    end() {
      if (!last) return;
      draw(last, true);
      process.stderr.write("\n");
    },
  };
}
