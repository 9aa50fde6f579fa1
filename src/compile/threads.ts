import { ModelError } from "../core/errors.ts";

/** A number of threads, or as many as pay. */
export type Threads = number | "auto";

/** Threads of a program at the most. */
export const mostThreads = 64;

/**
 * The number of threads, if it can be one; left out, as many as pay.
 *
 * @throws `option`
 */
export function checkedThreads(threads: Threads = "auto", where = "threads"): Threads {
  if (threads === "auto") return threads;
  if (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads) return threads;
  throw new ModelError({
    code: "option",
    where,
    given: { given: String(threads) },
    rule: `must be "auto", or a whole number from 1 to ${mostThreads}.`,
  });
}
