// The compiled engine for those who can wait, with what has a page's programs run in a worker: one file of a bundle, which a
// page loads when it trains.

import type { Backend } from "../compile/backend.ts";
import { features } from "./wasm/features.ts";
import { lean } from "./wasm/lean.ts";
import { isPage, WorkerPlace } from "./worker/index.ts";

const inWorker: Backend = { ...lean, place: (tools) => new WorkerPlace(tools) };

/** The compiled engine; nothing where WebAssembly or its vectors are missing. */
export const compiled = (): Backend | null => (features.vectors ? (isPage() ? inWorker : lean) : null);
