/** What a set of errors (prediction − truth) says, non-finite ones set aside and counted. */
export interface ErrorFigures {
  readonly rows: number;
  readonly nonFinite: number;
  /** Mean: above zero when predictions are too high. */
  readonly bias: number;
  readonly meanAbsolute: number;
  readonly rootMeanSquare: number;
  readonly medianAbsolute: number;
  /** Nine of ten errors are at most this large. */
  readonly ninetieth: number;
  readonly largest: number;
}

/** Figures of errors; NaN where there are no finite ones. */
export function errorFigures(errors: readonly number[]): ErrorFigures {
  const finite = errors.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).sort((a, b) => a - b);
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const quantile = (p: number): number => {
    const at = p * (sizes.length - 1);
    const low = sizes[Math.floor(at)] ?? NaN;
    return low + (at - Math.floor(at)) * ((sizes[Math.ceil(at)] ?? NaN) - low);
  };
  return {
    rows: errors.length,
    nonFinite: errors.length - finite.length,
    bias: mean(finite),
    meanAbsolute: mean(sizes),
    rootMeanSquare: Math.sqrt(mean(sizes.map((x) => x * x))),
    medianAbsolute: quantile(0.5),
    ninetieth: quantile(0.9),
    largest: sizes.at(-1) ?? NaN,
  };
}

/** The figures with their names, in the order to print them. */
export function namedFigures(errors: readonly number[]): [name: string, value: number][] {
  const figures = errorFigures(errors);
  const named: [string, number][] = [
    ["mean error (bias)", figures.bias],
    ["mean absolute error", figures.meanAbsolute],
    ["root mean square error", figures.rootMeanSquare],
    ["median absolute error", figures.medianAbsolute],
    ["90 % of errors within", figures.ninetieth],
    ["largest error", figures.largest],
  ];
  return figures.nonFinite === 0 ? named : [...named, ["not finite (set aside)", figures.nonFinite]];
}

/** One bar of a histogram: how many values lie in [from, to). */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A histogram of the finite values in equal bins (Sturges' number, 7 to 30); the last one holds its upper end. */
export function histogram(values: readonly number[]): Bin[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const bins = Math.min(30, Math.max(7, Math.ceil(Math.log2(finite.length)) + 1));
  const start = low === high ? low - 0.5 * (Math.abs(low) || 1) : low;
  const step = (low === high ? Math.abs(low) || 1 : high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const x of finite) counts[Math.min(bins - 1, Math.floor((x - start) / step))]!++;
  return counts.map((count, i) => ({ from: start + i * step, to: start + (i + 1) * step, count }));
}
