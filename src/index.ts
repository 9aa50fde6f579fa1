// The public names, grouped; nothing else. In Node the package's entry is node.ts, which adds files and runs.

// Values, shapes, keys, errors
export {
  type Code,
  codes,
  type Key,
  key,
  ModelError,
  type Nested,
  type Problem,
  type Shape,
  Tensor,
  tensor,
} from "./core/index.ts";
// Data
export {
  chooseTask,
  column,
  type Dataset,
  type DatasetName,
  dataset,
  datasets,
  type Encoded,
  type Encoding,
  encode,
  encodeInputs,
  fitEncoding,
  inferTask,
  minMax,
  polynomialFeatures,
  type Scaler,
  scalerFrom,
  split,
  splitRows,
  standardize,
  type Table,
  tableFrom,
  takeRows,
} from "./data/index.ts";
