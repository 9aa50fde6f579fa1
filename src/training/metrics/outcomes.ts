/** What every kind of outcome knows. */
interface Common {
  readonly rows: number;
  /** How much each row counts, `[rows]`, none negative. */
  readonly weights: Float64Array;
}

/** One class a row: two of them, or more. */
export interface ClassOutcomes extends Common {
  readonly kind: "classes";
  /** How many classes there are; those without a row count, too. */
  readonly classes: number;
  /** The class that each row is of, from 0, `[rows]`. */
  readonly truth: Int32Array;
  /** The class that each row was taken for, `[rows]`. */
  readonly predicted: Int32Array;
  /** How likely a class is; higher is likelier. Two classes: of the second, `[rows]`. More: `[rows, classes]`. */
  readonly scores: Float64Array;
  /** Surprisal −ln p of the class that each row is of, `[rows]`; null where the scores are not probabilities. */
  readonly surprisal: (() => Float64Array) | null;
}

/** Several questions a row that are answered by yes or no, each for itself. */
export interface LabelOutcomes extends Common {
  readonly kind: "labels";
  readonly labels: number;
  /** 0 or 1, `[rows, labels]`. */
  readonly truth: Uint8Array;
  /** 0 or 1, `[rows, labels]`. */
  readonly predicted: Uint8Array;
  /** How likely yes is, `[rows, labels]`; higher is likelier. */
  readonly scores: Float64Array;
  /** Surprisal −ln p of the right answer, the mean over labels, `[rows]`; null where the scores are not probabilities. */
  readonly surprisal: (() => Float64Array) | null;
}

/** One number a row, or several. */
export interface NumberOutcomes extends Common {
  readonly kind: "numbers";
  readonly outputs: number;
  /** `[rows, outputs]`, in the target's unit. */
  readonly truth: Float64Array;
  /** `[rows, outputs]`, in the target's unit. */
  readonly predicted: Float64Array;
}

/** What came out for every row of a part: what is true, what the network says, and how much the row counts. */
export type Outcomes = ClassOutcomes | LabelOutcomes | NumberOutcomes;

/** Sum of numbers. */
export function total(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Σ w x / Σ w over the rows that have weight: NaN where none has. */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, weight] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue; // what has no weight may be anything, NaN too
    sum += weights[i]! * values[i]!;
    weight += weights[i]!;
  }
  return sum / weight;
}

/** One question of yes and no about each row: is it of this class, does this label hold. */
export interface Question {
  /** 1 for yes, `[rows]`. */
  readonly truth: Uint8Array;
  /** `[rows]`, higher for yes. */
  readonly scores: Float64Array;
}

/**
 * The outcomes as questions of yes and no: of two classes, whether it is the second; of more, one against the rest for
 * each; of labels, each for itself.
 */
export function questions(outcomes: ClassOutcomes | LabelOutcomes): Question[] {
  const { rows, truth, scores } = outcomes;
  if (outcomes.kind === "classes" && outcomes.classes === 2) return [{ truth: Uint8Array.from(truth), scores }];
  const width = outcomes.kind === "classes" ? outcomes.classes : outcomes.labels;
  const column = (c: number): Float64Array => {
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) out[i] = scores[i * width + c]!;
    return out;
  };
  const yes = (c: number): Uint8Array => {
    const out = new Uint8Array(rows);
    if (outcomes.kind === "classes") for (let i = 0; i < rows; i++) out[i] = truth[i] === c ? 1 : 0;
    else for (let i = 0; i < rows; i++) out[i] = truth[i * width + c]!;
    return out;
  };
  return Array.from({ length: width }, (_, c) => ({ truth: yes(c), scores: column(c) }));
}
