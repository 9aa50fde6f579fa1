// What test files get for "fast-check" where they run on a page: the same, with fewer samples, in every run the same. All are tried in Node.

import fc from "fast-check";

export * from "fast-check";

/** Samples of a property, at the most. */
const most = 20;

const fewer = <Ts>(property: fc.IRawProperty<Ts>, parameters: fc.Parameters<Ts> = {}): void | Promise<void> =>
  fc.assert(property, { seed: 1, ...parameters, numRuns: Math.min(parameters.numRuns ?? most, most) });

export default { ...fc, assert: fewer };
