// The same samples of every property in every run, so that a failure is of the change and never of chance. To try others:
// PROPERTY_SEED=7 npx vitest run

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
