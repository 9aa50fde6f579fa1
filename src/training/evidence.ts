import type { Series } from "./finding.ts";
import type { EpochRow } from "./history.ts";

/** The losses of both parts over the epochs. */
export function lossSeries(history: readonly EpochRow[]): Series {
  const parts = [
    { name: "training", y: history.map(({ loss }) => finite(loss.train)) },
    { name: "validation", y: history.map(({ loss }) => finite(loss.validation)) },
  ];
  const lines = parts.filter(({ y }, i) => i === 0 || y.some((loss) => loss !== null));
  return { label: "loss", over: "epoch", x: history.map(({ epoch }) => epoch), lines };
}

interface LayerFigure {
  /** Which layers, by their place. */
  readonly at: readonly number[];
  readonly figure: "dead" | "saturated" | "gradient" | "update";
  readonly label: string;
  readonly limit?: number;
}

/** A figure of some layers over the epochs in which they were recorded. */
export function layerSeries(history: readonly EpochRow[], { at, figure, label, limit }: LayerFigure): Series {
  const rows = history.filter((row) => row.layers);
  const line = (i: number): Series["lines"][number] => ({
    name: `${i + 1} ${rows.at(-1)?.layers?.[i]?.layer ?? ""}`, // several layers may be called alike
    y: rows.map(({ layers }) => finite(layers![i]?.[figure])),
  });
  const x = rows.map(({ epoch }) => epoch);
  return { label, over: "epoch", x, lines: at.map(line), ...(limit !== undefined && { limit }) };
}

const finite = (x: number | null | undefined): number | null =>
  x !== null && x !== undefined && Number.isFinite(x) ? x : null;

/** A number in four digits at most. */
export const short = (x: number): string => String(Number(x.toPrecision(4)));
/** A share in words: `37 %`. */
export const percent = (share: number): string => `${Math.round(100 * share)} %`;
