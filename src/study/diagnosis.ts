/** The error of a network on the rows of a part. */
export interface PartError {
  /** Share of rows that are wrong, or root of the mean squared error. */
  readonly error: number;
  /** Of that figure, from the number of rows and how their errors spread. */
  readonly standardError: number;
}

/** Where the optimal error is from: given by the user, estimated from nearest neighbours, or taken to be 0. */
export type Origin = "given" | "estimated" | "assumed";

/** What is known of a network's errors. */
export interface Errors {
  /** What `error` is: a share of rows, or a root mean square in the target's unit. */
  readonly measure: "error rate" | "rmse";
  readonly optimal: { readonly error: number; readonly origin: Origin };
  readonly training: PartError;
  /** Rows like those of the training part that were not trained on, where the validation part is of another source. */
  readonly trainDev?: PartError;
  readonly validation?: PartError;
  /** Only once the sealed part has been opened. */
  readonly test?: PartError;
}

export type GapName = "bias" | "variance" | "mismatch" | "overfitting";

/** By how much one error is larger than the one before. */
export interface Gap {
  readonly name: GapName;
  readonly size: number;
  readonly standardError: number;
  /** More than twice its standard error above 0: chance alone would seldom do that. */
  readonly clear: boolean;
}

/** Where the errors of a network come from, in figures and in words. */
export interface Diagnosis extends Errors {
  readonly gaps: readonly Gap[];
  /** The largest clear gap; null when there is none. */
  readonly largest: GapName | null;
  /** What each gap says, in the order of the gaps. */
  readonly words: readonly string[];
  /** What to do next. */
  readonly advice: string;
}

/**
 * Takes the error of a network apart, from the optimal one up: avoidable bias (training above optimal), variance (rows of
 * the same kind that were not trained on, above training), mismatch (rows of the kind that matters, above those), and
 * overfitting to the validation part by choosing on it (test above validation).
 *
 * @see Ng (2018), Machine learning yearning, chapters 20 to 43
 */
export function diagnose(errors: Errors): Diagnosis {
  const gaps = gapsOf(errors);
  const clear = gaps.filter((gap) => gap.clear);
  const largest = clear.length === 0 ? null : clear.reduce((a, b) => (b.size > a.size ? b : a)).name;
  const words = gaps.map((gap) => sentence(gap, errors));
  return { ...errors, gaps, largest, words, advice: largest ? next[largest](errors) : settled(errors) };
}

/** The steps from each error to the next, as far as they are known. */
function stepsOf({ optimal, training, trainDev, validation, test }: Errors): [GapName, PartError, PartError][] {
  const best: PartError = { error: optimal.error, standardError: 0 };
  const steps: [GapName, PartError | undefined, PartError | undefined][] = [
    ["bias", best, training],
    ["variance", training, trainDev ?? validation],
    ["mismatch", trainDev, validation],
    ["overfitting", validation, test],
  ];
  return steps.filter(
    (step): step is [GapName, PartError, PartError] => step[1] !== undefined && step[2] !== undefined,
  );
}

const gapsOf = (errors: Errors): Gap[] =>
  stepsOf(errors).map(([name, before, after]) => {
    const size = after.error - before.error;
    const standardError = Math.hypot(before.standardError, after.standardError);
    return { name, size, standardError, clear: size > 2 * standardError && size > 0 };
  });

const titles: Readonly<Record<GapName, string>> = {
  bias: "avoidable bias",
  variance: "variance",
  mismatch: "mismatch of the data",
  overfitting: "overfitting to the validation part",
};

function sentence({ name, size, standardError, clear }: Gap, errors: Errors): string {
  const figures = `${titles[name]} ${figure(size)} ± ${figure(standardError)}`;
  const verdict = clear ? "" : size > 0 ? "; that may be chance" : "; there is none to be seen";
  return `${figures}: ${meaning(name, size, errors)}${verdict}.`;
}

function meaning(name: GapName, size: number, { optimal, training, trainDev, validation, test }: Errors): string {
  const above = size > 0 ? "above" : size < 0 ? "below" : "equal to";
  const of = (part: PartError | undefined): string => figure(part?.error ?? Number.NaN);
  switch (name) {
    case "bias":
      return `training error ${of(training)} ${above} the optimal ${figure(optimal.error)}, ${origins[optimal.origin]}`;
    case "variance":
      return trainDev
        ? `error ${of(trainDev)} on rows of the same source that were not trained on, ${above} ${of(training)} on those that were`
        : `error ${of(validation)} on rows that were not trained on, ${above} ${of(training)} on those that were`;
    case "mismatch":
      return `error ${of(validation)} on rows of the source that matters, ${above} ${of(trainDev)} on new rows of the training source`;
    case "overfitting":
      return `error ${of(test)} on the test part, ${above} ${of(validation)} on the part that choices were made on`;
  }
}

const origins: Readonly<Record<Origin, string>> = {
  given: "as given",
  estimated: "as estimated from nearest neighbours, which is rough",
  assumed: "as none was given: so this is its upper limit",
};

/** A number in at most three digits. */
const figure = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(3))) : "–");

const next: Readonly<Record<GapName, (errors: Errors) => string>> = {
  bias: ({ optimal }) =>
    `The network does not learn its own training rows well enough: train longer or with another learning rate, make it larger, weaken penalties and dropout, give it better inputs${
      optimal.origin === "assumed"
        ? "; or find out what error is optimal (--optimal-error), as labels may be noisy"
        : ""
    }.`,
  variance: () =>
    "It learns what does not hold for other rows: more training rows, stronger penalties or dropout, early stopping, fewer inputs, or a smaller network.",
  mismatch: () =>
    "The training rows are not like those that matter: look at mistakes on validation rows, find out in what they differ, and train on rows of their kind, collected or made.",
  overfitting: () =>
    "So many choices were made on the validation part that its figures flatter: draw a new and larger one before choosing further.",
};

const settled = ({ validation, trainDev }: Errors): string =>
  validation || trainDev
    ? "No gap is larger than chance would make it: it takes more held-out rows to see what could still be gained."
    : "Set rows aside (--validation 0.2) to see how it does on rows that were not trained on.";
