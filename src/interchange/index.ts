export { parseJson } from "./json.ts";
export { type LossOptions, type LossSpec, lossOf } from "./loss.ts";
export { fingerprint, modelFiles, type Numbers, namedTensors, networkOf, type Parameters, readModel } from "./model.ts";
export { type ModelFile, type NetworkSpec, widthBehind } from "./modelfile.ts";
