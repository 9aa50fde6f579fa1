export { type Dataset, type DatasetName, dataset, datasets } from "./datasets.ts";
export { type Encoded, type EncodedInputs, type EncodeOptions, encode, encodeInputs } from "./encode.ts";
export {
  checkFilled,
  completeRows,
  type Encoding,
  type EncodingOptions,
  fitEncoding,
  type InputEncoding,
  type MissingPolicy,
  type TargetEncoding,
} from "./encoding.ts";
export type { GenerateOptions } from "./generated.ts";
export { hashTable } from "./hash.ts";
export { type PolynomialOptions, polynomialFeatures } from "./polynomial.ts";
export { fitScaler, minMax, type ScaleKind, type Scaler, type ScalerData, scalerFrom, standardize } from "./scale.ts";
export { type Fractions, type RowSplit, split, splitRows, type TableSplit } from "./split.ts";
export {
  type Column,
  type ColumnData,
  column,
  columnNames,
  dropColumns,
  missingCounts,
  type NumberColumn,
  type NumberValues,
  type Table,
  type TextColumn,
  tableFrom,
  takeRows,
} from "./table.ts";
export { chooseTask, inferTask, type TaskChoice, targetColumn } from "./task.ts";
