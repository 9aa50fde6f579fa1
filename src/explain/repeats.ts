/** A stretch of steps that is the same thing several times over: `times` copies of `period` steps, from `start` on. */
export interface Repetition {
  readonly start: number;
  readonly period: number;
  readonly times: number;
}

/** A step, as far as repetition goes: what it does, and for each thing that it takes how many steps back that was made. */
export interface RepeatStep {
  readonly kind: string;
  /** Steps back to where each input was made; `null` for what was there before the first step. */
  readonly back: readonly (number | null)[];
}

/** A block of more steps than this is not looked for. */
const longest = 24;
/** Below this many copies a block is drawn as it is. */
const fewest = 3;

/**
 * Finds what is repeated: blocks of steps that follow each other at least three times, each copy fed by itself, by the
 * copy before, or from outside. The block that saves most steps wins; of what is left, the next.
 */
export function repetitions(steps: readonly RepeatStep[]): Repetition[] {
  const found: Repetition[] = [];
  for (let period = 1; period <= Math.min(longest, steps.length / fewest); period++) found.push(...runs(steps, period));
  const saving = ({ period, times }: Repetition): number => period * (times - 1);
  const chosen: Repetition[] = [];
  for (const run of found.sort((a, b) => saving(b) - saving(a) || a.period - b.period))
    if (chosen.every((other) => apart(run, other))) chosen.push(run);
  return chosen.sort((a, b) => a.start - b.start);
}

const end = ({ start, period, times }: Repetition): number => start + period * times;
const apart = (a: Repetition, b: Repetition): boolean => end(a) <= b.start || end(b) <= a.start;

/** Stretches in which every step is like the one `period` steps on. */
function runs(steps: readonly RepeatStep[], period: number): Repetition[] {
  const found: Repetition[] = [];
  let start = 0;
  for (let i = 0; i + period <= steps.length; i++) {
    const next = steps[i + period];
    if (next && alike(steps[i]!, next, period)) continue;
    const times = Math.floor((i - start) / period) + 1;
    if (times >= fewest) found.push({ start, period, times });
    start = i + 1;
  }
  return found;
}

/** The same operation, on what lies as far back within its own copy and the one before, or on things from outside. */
function alike(a: RepeatStep, b: RepeatStep, period: number): boolean {
  const inside = (back: number | null): number | null => (back === null || back >= 2 * period ? null : back);
  return a.kind === b.kind && a.back.every((back, i) => inside(back) === inside(b.back[i]!));
}
