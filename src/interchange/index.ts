export { parseJson } from "./json.ts";
export { fingerprint, modelFiles, namedParameters, networkOf, type Parameters, readModel } from "./model.ts";
export type { ModelFile, NetworkSpec } from "./modelfile.ts";
