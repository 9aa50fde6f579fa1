// What few trainings need: uncommon losses and update rules, second-order methods, the record of layers, and the words for
// one that diverged. They are loaded together, when any is wanted: a bundler that saw them loaded one by one would cut into
// pieces what they share with the rest.
import { bfgs, lbfgs, levenbergMarquardt } from "../optim/index.ts";

export { losses, lossesFor } from "../nn/index.ts";
export { optimizers } from "../optim/index.ts";
export { culpritOf, Divergence } from "./divergence.ts";
export { explosion } from "./explosion.ts";
export { recorderFor } from "./recording.ts";
export { WholeBatchSession } from "./wholebatch/session.ts";

/** Optimizers that look at all rows at once, by name. */
export const wholeBatch = { lbfgs, bfgs, levenbergMarquardt };
