/** Work in steps, each of a few milliseconds at the most: whoever does it may let others have a turn in between. */
export type Steps<T> = Generator<void, T, void>;

/** All steps of the work, one after another without a pause. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** As many numbers as are read or copied in about a millisecond. */
export const portion = 2 ** 18;
