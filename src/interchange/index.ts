export {
  fingerprint,
  type ModelFile,
  modelFiles,
  type NetworkSpec,
  namedParameters,
  networkOf,
  type Parameters,
  readModel,
} from "./model.ts";
