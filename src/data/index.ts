export { copies } from "./copies.ts";
export { type Dataset, type DatasetName, dataset, datasets } from "./datasets.ts";
export { type Encoded, type EncodedInputs, type EncodeOptions, encode, encodeInputs } from "./encode.ts";
export {
  type Encoding,
  type EncodingOptions,
  fitEncoding,
  type UnseenPolicy,
} from "./encoding.ts";
export { type Expansion, type ExpansionOptions, expansionFrom } from "./expansion.ts";
export { type FourierOptions, fourierFeatures } from "./fourier.ts";
export type { GenerateOptions } from "./generated.ts";
export { hashTable } from "./hash.ts";
export { type InputEncoding, namesOf, widthOf } from "./inputs.ts";
export {
  checkAnyValue,
  checkFilled,
  checkFinite,
  completeRows,
  type MissingPolicy,
  missingPolicies,
} from "./missing.ts";
export { type PolynomialOptions, polynomialFeatures } from "./polynomial.ts";
export {
  fitScaler,
  minMax,
  robust,
  type ScaleKind,
  type Scaler,
  type ScalerData,
  scaleKinds,
  scalerFrom,
  standardize,
} from "./scale.ts";
export type { Fractions, RowSplit } from "./shares.ts";
export { type SourceSplit, type SourceSplitOptions, splitSources } from "./sources.ts";
export { type SplitOptions, split, splitRows, type TableSplit } from "./split.ts";
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
  written,
} from "./table.ts";
export { outputsOf, type TargetEncoding, targetNames } from "./targets.ts";
export { census, chooseTask, inferTask, namesFrom, type TaskChoice, targetColumn } from "./task.ts";
export { checkWeights } from "./weights.ts";
