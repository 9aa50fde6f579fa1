import type { Confusion } from "./input.ts";

/** What a confusion matrix says about one class. */
export interface ClassFigures {
  readonly label: string;
  /** Rows that are of this class. */
  readonly rows: number;
  /** Share of these that were recognised; null when there are none. */
  readonly recall: number | null;
  /** Share of what was taken for this class that is; null when nothing was. */
  readonly precision: number | null;
  /** The class that it was most often mistaken for. */
  readonly mistaken: { readonly label: string; readonly times: number } | null;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** One count of the matrix; 0 where a row is short. */
export const count = ({ matrix }: Confusion, truth: number, prediction: number): number =>
  matrix[truth]?.[prediction] ?? 0;

/** Recall, precision and commonest mistake of each class. */
export function classFigures(confusion: Confusion): ClassFigures[] {
  const { labels } = confusion;
  return labels.map((label, i) => {
    const row = labels.map((_, j) => count(confusion, i, j));
    const column = labels.map((_, j) => count(confusion, j, i));
    const others = row.map((times, j) => ({ label: labels[j]!, times, wrong: j !== i }));
    const worst = others.reduce((a, b) => (b.wrong && b.times > a.times ? b : a), {
      label: "",
      times: 0,
      wrong: false,
    });
    const hits = row[i]!;
    const mistaken = worst.times > 0 ? { label: worst.label, times: worst.times } : null;
    return { label, rows: sum(row), recall: ratio(hits, sum(row)), precision: ratio(hits, sum(column)), mistaken };
  });
}

/** Share of all rows on the diagonal, and how many rows there are. */
export function overall(confusion: Confusion): { readonly rows: number; readonly accuracy: number | null } {
  const rows = sum(confusion.labels.map((_, i) => sum(confusion.labels.map((_, j) => count(confusion, i, j)))));
  return { rows, accuracy: ratio(sum(confusion.labels.map((_, i) => count(confusion, i, i))), rows) };
}

/** The classes with the lowest recall, worst first; classes without rows left out. */
export const hardest = (confusion: Confusion, classes: number): ClassFigures[] =>
  classFigures(confusion)
    .filter(({ recall }) => recall !== null)
    .sort((a, b) => a.recall! - b.recall! || b.rows - a.rows)
    .slice(0, classes);
