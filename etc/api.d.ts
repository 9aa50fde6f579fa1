// The public names and their declarations. Written by npm run api.

// === gradus: Activation, ActivationName, AdamOptions, AssessOptions, Assessment, Band, BandOptions, Baseline, BaselineOptions, BaselineRows, BatchNormOptions, Best, BootstrapOptions, CalibrationBin, Change, Check, CheckOptions, CheckpointOptions, ClassCount, ClassOutcomes, Code, CompileOptions, Context, Costs, Course, Curve, CurveOptions, Dataset, DatasetName, Dependence, DependenceOptions, Diagnosis, Diagram, DiagramBox, DiagramEdge, DiagramNode, DiagramOptions, DifferenceError, Divergence, EarlyStopping, EmbeddedColumn, Encoded, Encoding, EncodingOptions, EpochRow, Errors, Evaluation, Evidence, ExaminedSettings, ExplainOptions, Finding, FindingKind, FitResult, Gap, GapName, Given, Histogram, Importance, ImportanceOptions, Importances, Inference, Initializer, InitializerName, InputSpread, Interval, IntervalMethod, JacobianOptions, Key, LabelOutcomes, Layer, LayerNormOptions, LayerRecord, LearningRateOptions, LearningRateSearch, LeastSquares, LeastSquaresOptions, LevenbergMarquardt, LevenbergMarquardtOptions, LionOptions, Loss, LossBefore, LossName, Measure, Metric, MetricName, MinimizeOptions, Minimum, MlpOptions, ModelError, Nested, NumberOutcomes, Numbers, Observations, Operand, Optimizer, OptimizerName, Origin, OutcomeOptions, Outcomes, PartError, PartScore, Patient, Plain, PlainClasses, PlainGiven, PlainLabels, PlainNumbers, PlateauOptions, PrecisionRecallCurve, PredictOptions, Problem, QuasiNewton, QuasiNewtonOptions, ReuseOptions, Reused, RivalRule, RocCurve, Rows, Scaler, Schedule, ScheduleName, Series, Severity, Shape, Sink, Source, Span, SplitOptions, Step, StepLayer, StepQuestion, Table, TellingColumn, Tensor, Threshold, ThresholdRule, TrainOptions, TrainedNumbers, TrainingRow, Transform, Trust, Value, Variable, VectorEvaluation, VectorVariable, WholeBatch, abs, accuracy, acos, acosh, activation, activations, adadelta, adagrad, adagradMomentum, adam, adamw, add, amsgrad, argmax, argmin, asin, asinh, assess, atan, atanh, averagePrecision, averagePrecisionWeighted, balancedAccuracy, baselines, batchNorm, bfgs, bootstrap, brier, broadcastTo, calibrationCurve, calibrationError, cast, cbrt, ceil, chain, chainRules, checkGradients, chooseTask, chooseThreshold, classOutcomes, clip, clipByGlobalNorm, clipByNorm, clipByValue, codes, column, compile, concat, confusionMatrix, constant, cos, cosh, cosine, crossEntropy, crossEntropyOfProbabilities, cumsum, custom, dataset, datasets, dense, diagnose, diagram, div, dropout, effectiveRows, elu, embedding, encode, encodeInputs, equal, erf, erfc, evaluate, exactMatch, examine, exp, explain, explainVector, explainedVariance, expm1, exponential, f1, f1Macro, f1Micro, f1Weighted, findLearningRate, fit, fitEncoding, flip, floor, foldKey, fourierFeatures, gaussian, gaussianNoise, gelu, geluTanh, glorotNormal, glorotUniform, grad, greater, greaterEqual, hardSigmoid, heNormal, heUniform, hessian, hinge, huber, huberLoss, hvp, identityMatrix, inferTask, initializers, inputSpreads, inverseTime, isFinite, isNaN, jacobian, jvp, key, klDivergence, labelOutcomes, labelSmoothing, layerNorm, layerRates, lbfgs, leakyRelu, leastSquares, lecunNormal, lecunUniform, less, lessEqual, levenbergMarquardt, lion, log, log1p, logCosh, logLoss, logSoftmax, logSumExp, logicalAnd, logicalNot, logicalOr, logicalXor, logisticLoss, logisticLossOfProbabilities, loss, losses, mae, matmul, matthews, max, maxError, maxNorm, maximum, mean, meanAbsoluteError, meanSquaredError, medianAbsoluteError, metricNamed, metrics, metricsFor, min, minMax, minimize, minimum, mish, mlp, momentum, mostTelling, mse, mul, nadam, neg, neighbourRule, nesterov, networkDiagram, notEqual, numberOutcomes, oneCycle, oneHot, oneStep, optimalErrorRate, optimalRmse, optimizers, orthogonal, outcomesFor, pad, partialDependence, permutationImportance, poisson, poissonDeviance, polynomial, polynomialFeatures, pow, precision, precisionMacro, precisionMicro, precisionRecallCurve, precisionWeighted, prod, programText, quantile, quantileLoss, r2, radam, randomBernoulli, randomBits, randomNormal, randomUniform, range, rateError, recall, recallMacro, recallMicro, recallWeighted, reciprocal, reduceOnPlateau, relu, reshape, reuse, rmse, rmseError, rmsprop, robust, rocAuc, rocAucWeighted, rocCurve, round, scalerFrom, scan, scatterAdd, schedules, selu, sgd, sigmoid, sign, silu, sin, sinh, slice, snake, softmax, softplus, softsign, split, splitRows, splitSources, sqrt, square, stack, standardDeviation, standardNormal, standardize, step, stepDecay, stopGradient, sub, sum, tableFrom, take, takeRows, tan, tanh, tensor, topK, trace, train, trainingProgram, transpose, trust, valueAndGrad, variance, vjp, warmup, weightDecay, where

type Activation = (x: Value) => Value;

type ActivationName = keyof typeof activations;

interface AdamOptions extends Rate {
    readonly beta1?: number;
    readonly beta2?: number;
    readonly epsilon?: number;
}

interface AssessOptions extends OutcomeOptions {
    readonly metrics?: readonly (Metric | MetricName)[];
    readonly confidence?: number | BootstrapOptions;
}

interface Assessment {
    readonly rows: number;
    readonly loss: number;
    readonly metrics: Readonly<Record<string, number>>;
    readonly intervals: Readonly<Record<string, Interval>>;
}

interface Band<T> {
    readonly lower: T;
    readonly upper: T;
}

interface BandOptions {
    readonly level?: number;
    readonly deviation?: number;
}

interface Baseline {
    readonly name: string;
    readonly values: Readonly<Record<string, number>>;
}

interface BaselineOptions {
    readonly task: Task;
    readonly classes?: number;
    readonly metrics?: readonly Metric[];
    readonly unit?: {
        readonly shift: number;
        readonly scale: number;
    };
}

interface BaselineRows {
    readonly x: Tensor;
    readonly y: Tensor;
    readonly weights?: Tensor | null;
}

interface BatchNormOptions {
    readonly features: number;
    readonly momentum?: number;
    readonly epsilon?: number;
}

interface Best {
    readonly epoch: number;
    readonly metric: string;
    readonly part: keyof Pair;
    readonly value: number;
}

interface BootstrapOptions {
    readonly level?: number;
    readonly method?: IntervalMethod;
    readonly resamples?: number;
    readonly seed?: number;
    readonly stratify?: boolean;
}

interface CalibrationBin {
    readonly from: number;
    readonly to: number;
    readonly share: number;
    readonly said: number | null;
    readonly true: number | null;
}

interface Change {
    readonly [key: string]: ChangedSetting;
}

interface Check {
    readonly forward: number;
    readonly adjoint: number;
    readonly second: number;
    readonly differences: readonly DifferenceError[];
    readonly taylorSlope: number | null;
    readonly ok: boolean;
}

interface CheckOptions {
    readonly tolerance?: number;
    readonly step?: number;
    readonly seed?: number;
}

interface CheckpointOptions {
    readonly to?: Sink | string;
    readonly from?: Source | string;
    readonly every?: number | undefined;
    readonly seconds?: number | undefined;
    readonly history?: boolean;
}

interface ClassCount {
    readonly name: string;
    readonly rows: number;
    readonly measured: number;
    readonly right: number;
}

interface ClassOutcomes extends Common {
    readonly kind: "classes";
    readonly classes: number;
    readonly truth: Int32Array;
    readonly predicted: Int32Array;
    readonly scores: Float64Array;
    readonly surprisal: (() => Float64Array) | null;
}

type Code = keyof typeof codes;

interface CompileOptions {
    readonly precision?: Precision;
    readonly backend?: string;
    readonly threads?: Threads;
    readonly reproducible?: boolean;
}

interface Context {
    readonly training: boolean;
    readonly key?: Value;
    readonly state?: unknown;
}

interface Costs {
    readonly falsePositive: number;
    readonly falseNegative: number;
}

interface Course {
    readonly steps: number;
    readonly stepsPerEpoch: number;
    readonly level: Value;
}

interface Curve {
    readonly y: Tensor;
    readonly standardError: Tensor;
    readonly confidence: Band<Tensor>;
    readonly prediction: Band<Tensor> | null;
}

interface CurveOptions {
    readonly of?: number;
}

interface Dataset {
    readonly name: string;
    readonly description: string;
    readonly credit: string;
    readonly target: string;
    readonly task: Task;
    readonly shares: {
        readonly validation: number;
        readonly test: number;
    };
    load(options?: GenerateOptions): Promise<Table>;
}

type DatasetName = keyof typeof datasets;

interface Dependence {
    readonly values: readonly number[];
    readonly means: readonly (readonly number[])[];
}

interface DependenceOptions {
    readonly feature: number;
    readonly values?: readonly number[];
    readonly points?: number;
}

interface Diagnosis extends Errors {
    readonly gaps: readonly Gap[];
    readonly largest: GapName | null;
    readonly words: readonly string[];
    readonly advice: string;
}

interface Diagram {
    readonly title: string;
    readonly nodes: readonly DiagramNode[];
    readonly edges: readonly DiagramEdge[];
    readonly boxes: readonly DiagramBox[];
}

interface DiagramBox {
    readonly id: string;
    readonly label: string;
    readonly box?: string;
}

interface DiagramEdge {
    readonly from: string;
    readonly to: string;
    readonly label: string;
    readonly back?: boolean;
}

interface DiagramNode {
    readonly id: string;
    readonly kind: "input" | "number" | "operation" | "chain" | "output";
    readonly lines: readonly string[];
    readonly box?: string;
}

interface DiagramOptions {
    readonly title?: string;
    readonly fold?: boolean;
}

interface DifferenceError {
    readonly step: number;
    readonly error: number;
}

class Divergence<Θ = unknown> extends ModelError {
    readonly parameters: Θ;
    readonly state: unknown;
    readonly failure: Failure;
    threads: number;
    constructor(failure: Failure, learnt: Learnt<Θ>, facts: Readonly<Record<string, string | number>>, rule: string);
}

interface EarlyStopping {
    readonly metric?: string;
    readonly patience?: number;
    readonly minimumChange?: number;
}

interface EmbeddedColumn {
    readonly column: number;
    readonly levels: number;
    readonly size: number;
}

interface Encoded extends EncodedInputs {
    readonly y: Tensor;
    readonly weights: Tensor | null;
}

interface Encoding {
    readonly task: Task;
    readonly reason: string;
    readonly scale: ScaleKind;
    readonly missing: MissingPolicy;
    readonly unseen?: UnseenPolicy;
    readonly inputs: readonly InputEncoding[];
    readonly expansion?: Expansion;
    readonly features: readonly string[];
    readonly target: TargetEncoding;
    readonly weights?: string;
    readonly absent?: readonly string[];
}

interface EncodingOptions {
    readonly target: string | readonly string[];
    readonly task?: Task;
    readonly scale?: ScaleKind;
    readonly scales?: Readonly<Record<string, ScaleKind>>;
    readonly missing?: MissingPolicy;
    readonly unseen?: UnseenPolicy;
    readonly categorical?: readonly string[];
    readonly embed?: readonly string[];
    readonly mostLevels?: number;
    readonly scaleTargets?: boolean;
    readonly expand?: ExpansionOptions;
    readonly weights?: string;
}

interface EpochRow {
    readonly epoch: number;
    readonly best?: true;
    readonly steps: number;
    readonly loss: Pair;
    readonly objective: Pair;
    readonly metrics: Readonly<Record<string, Pair>>;
    readonly learningRate: number;
    readonly rowsPerSecond: number;
    readonly seconds: number;
    readonly layers?: readonly LayerRecord[];
}

interface Errors {
    readonly measure: "error rate" | "rmse";
    readonly optimal: {
        readonly error: number;
        readonly origin: Origin;
    };
    readonly training: PartError;
    readonly trainDev?: PartError;
    readonly validation?: PartError;
    readonly test?: PartError;
}

interface Evaluation<Name extends string = string> {
    readonly inputs: readonly string[];
    readonly output: string;
    readonly value: number;
    readonly gradient: {
        readonly [K in Name]: Tensor;
    };
    readonly variables: readonly Variable[];
    readonly counts: Costs;
    readonly diagram: Diagram;
}

interface Evidence {
    readonly figures: Readonly<Record<string, number>>;
    readonly series?: Series;
}

interface ExaminedSettings {
    readonly data: {
        readonly scale?: string | undefined;
        readonly scales?: object | undefined;
        readonly targetScale?: string | undefined;
    };
    readonly network: {
        readonly hidden?: readonly number[] | undefined;
        readonly activation?: string | readonly string[] | undefined;
        readonly init?: string | undefined;
        readonly batchNorm?: unknown;
    };
    readonly training: {
        readonly optimizer?: string | {
            readonly name: string;
        } | undefined;
        readonly learningRate?: number | undefined;
        readonly epochs?: number | undefined;
        readonly batchSize?: number | undefined;
        readonly layerRates?: unknown;
        readonly classWeights?: unknown;
        readonly l2?: number | undefined;
        readonly earlyStopping?: unknown;
    };
}

interface ExplainOptions {
    readonly fold?: boolean;
}

interface Finding {
    readonly kind: FindingKind;
    readonly severity: Severity;
    readonly text: string;
    readonly evidence: Evidence;
    readonly cause: string;
    readonly advice: string;
    readonly change?: Change;
}

type FindingKind = "constant-target" | "diverged" | "exploding-gradients" | "vanishing-gradients" | "dead-units" | "saturated-units" | "unscaled-inputs" | "initial-loss" | "rate-too-high" | "rate-too-low" | "uneven-layers" | "few-steps" | "still-falling" | "nothing-learnt" | "underfitting" | "overfitting" | "few-rows" | "class-imbalance" | "copied-rows" | "telling-column" | "easy-validation";

interface FitResult<Θ> {
    readonly model: Layer<Θ>;
    readonly loss: Loss;
    readonly task: Task;
    readonly parameters: Θ;
    readonly state: unknown;
    readonly history: readonly EpochRow[];
    readonly findings: readonly Finding[];
    readonly stopped: TrainingEnd<Θ>["stopped"];
    readonly best: Best | null;
    readonly steps: number;
    readonly threads: number;
    readonly seconds: {
        readonly compile: number;
        readonly training: number;
    };
    evaluate(rows?: Rows): Figures;
    predict(x: Exclude<Data, Value>, options?: PredictOptions): Tensor;
    readonly threshold: number;
    decidingAt(threshold: number): FitResult<Θ>;
    save(to: Sink | string): Promise<void>;
}

interface Gap {
    readonly name: GapName;
    readonly size: number;
    readonly standardError: number;
    readonly clear: boolean;
}

type GapName = "bias" | "variance" | "mismatch" | "overfitting";

type Given<T> = T extends Value ? Data : T extends PlainData | Function ? T : T extends readonly unknown[] ? {
    readonly [K in keyof T]: T[K] extends Value ? Listed<Data> : Given<T[K]>;
} : T extends object ? {
    readonly [K in keyof T]: Given<T[K]>;
} : T;

interface Histogram {
    readonly from: number;
    readonly to: number;
    readonly counts: readonly number[];
}

interface Importance {
    readonly mean: number;
    readonly deviation: number;
    readonly each: readonly number[];
}

interface ImportanceOptions extends OutcomeOptions {
    readonly metric?: Metric | MetricName;
    readonly repeats?: number;
    readonly seed?: number;
    readonly groups?: readonly (readonly number[])[];
}

interface Importances {
    readonly metric: string;
    readonly value: number;
    readonly features: readonly Importance[];
}

interface Inference<X, In> {
    readonly standardErrors: X;
    readonly covariance: Tensor;
    readonly correlation: Tensor;
    readonly residuals: Tensor;
    readonly residualDeviation: number;
    readonly degreesOfFreedom: number;
    readonly intervals: (level?: number) => Band<X>;
    readonly predict: (x: In, options?: BandOptions) => Curve;
}

type Initializer = (key: Key, shape: Shape) => Tensor;

type InitializerName = keyof typeof initializers;

interface InputSpread {
    readonly name: string;
    readonly mean: number;
    readonly deviation: number;
}

interface Interval {
    readonly estimate: number;
    readonly low: number;
    readonly high: number;
    readonly standardError: number;
    readonly level: number;
    readonly method: IntervalMethod;
    readonly resamples: number;
}

type IntervalMethod = "bca" | "percentile";

interface JacobianOptions {
    readonly mode?: "forward" | "reverse" | "auto";
}

type Key = readonly [high: number, low: number];

interface LabelOutcomes extends Common {
    readonly kind: "labels";
    readonly labels: number;
    readonly truth: Uint8Array;
    readonly predicted: Uint8Array;
    readonly scores: Float64Array;
    readonly surprisal: (() => Float64Array) | null;
}

interface Layer<Θ = unknown> {
    readonly name: string;
    readonly init: (key: Key) => Θ;
    readonly apply: (θ: Lifted<Θ>, x: Value, context?: Context) => Value;
    readonly initialState?: () => unknown;
    readonly forward?: (θ: Lifted<Θ>, x: Value, context?: Context) => Passage;
    readonly layers?: readonly AnyLayer[];
    readonly activation?: Activation;
}

interface LayerNormOptions {
    readonly features: number;
    readonly epsilon?: number;
}

interface LayerRecord {
    readonly layer: string;
    readonly mean: number;
    readonly variance: number;
    readonly dead?: number;
    readonly saturated?: number;
    readonly gradient?: number;
    readonly update?: number;
    readonly outputs?: Histogram;
    readonly weights?: Histogram;
}

interface LearningRateOptions<Θ = unknown> extends Omit<TrainOptions<Θ>, Needless>, Partial<SweepSpan> {
}

interface LearningRateSearch extends Suggestion {
    readonly rates: readonly number[];
    readonly losses: readonly number[];
    readonly diverged: boolean;
    readonly reason: string;
}

interface LeastSquares<X, In> extends Inference<X, In> {
    readonly parameters: X;
    readonly sumOfSquares: number;
    readonly iterations: number;
    readonly evaluations: {
        readonly model: number;
        readonly derivatives: number;
    };
    readonly reason: Ending;
    readonly converged: boolean;
}

interface LeastSquaresOptions<X> extends CompileOptions {
    readonly start: X;
    readonly iterations?: number;
    readonly stepTolerance?: number;
    readonly decreaseTolerance?: number;
    readonly gradientTolerance?: number;
}

interface LevenbergMarquardt {
    readonly name: "levenbergMarquardt";
    readonly tolerances: Omit<RegionTolerances, "magnitude">;
    readonly solver: "auto" | "dense" | "iterative";
    readonly rates?: Readonly<Record<string, number>>;
}

interface LevenbergMarquardtOptions {
    readonly stepTolerance?: number;
    readonly decreaseTolerance?: number;
    readonly gradientTolerance?: number;
    readonly solver?: "auto" | "dense" | "iterative";
}

interface LionOptions extends Rate {
    readonly beta1?: number;
    readonly beta2?: number;
    readonly weightDecay?: number;
}

interface Loss {
    (prediction: Operand, target: Operand): Value;
    readonly label: string;
    readonly rows: (prediction: Value, target: Value) => Value;
    readonly link: Link;
    readonly predict: (z: Value) => Value;
    readonly heads: readonly string[];
    readonly central: number;
    readonly boundary: number;
    readonly tasks: readonly Task[];
    readonly range: readonly [least: number, most: number];
}

interface LossBefore {
    readonly loss: number;
    readonly chance: number;
}

type LossName = keyof typeof losses;

type Measure = (weights: Float64Array) => number;

interface Metric {
    (outcomes: Outcomes): number;
    readonly label: string;
    readonly better: "high" | "low";
    readonly refusal: (outcomes: Outcomes) => string | null;
    readonly prepare: (outcomes: Outcomes) => Measure;
    readonly gather: Gather<Outcomes, unknown>;
    readonly figure: (sums: unknown, outcomes: Outcomes) => number;
    readonly measure: (predicted: Predicted) => number;
}

type MetricName = keyof typeof metrics | `top${number}`;

interface MinimizeOptions extends CompileOptions {
    readonly method?: keyof typeof methods | QuasiNewton | Optimizer;
    readonly iterations?: number;
    readonly gradientTolerance?: number;
    readonly onIteration?: (step: {
        readonly iteration: number;
        readonly value: number;
        readonly gradientNorm: number;
    }) => void;
}

interface Minimum<X> {
    readonly x: X;
    readonly value: number;
    readonly gradientNorm: number;
    readonly iterations: number;
    readonly evaluations: number;
    readonly reason: Reason;
    readonly converged: boolean;
}

interface MlpOptions {
    readonly inputs: number;
    readonly hidden: readonly number[];
    readonly outputs: number;
    readonly activation?: ActivationName | Activation | readonly (ActivationName | Activation)[];
    readonly output?: ActivationName | Activation;
    readonly init?: InitializerName | Initializer;
    readonly dropout?: number | readonly number[];
    readonly inputDropout?: number;
    readonly inputNoise?: number;
    readonly batchNorm?: boolean | NormPlace;
    readonly layerNorm?: boolean | NormPlace;
}

class ModelError extends Error {
    readonly name = "ModelError";
    readonly problem: Problem;
    constructor(problem: Problem);
    within(where: string): ModelError;
}

type Nested = number | boolean | readonly Nested[];

interface NumberOutcomes extends Common {
    readonly kind: "numbers";
    readonly outputs: number;
    readonly truth: Float64Array;
    readonly predicted: Float64Array;
}

type Numbers<Y> = Y extends Data ? number | Tensor : Y extends object ? {
    [K in keyof Y]: Numbers<Y[K]>;
} : Y;

interface Observations<In> {
    readonly x: In;
    readonly y: PlainData;
    readonly weights?: PlainData;
    readonly deviations?: PlainData;
}

type Operand = Value | Tensor | Nested | NumberArray;

interface Optimizer<S = unknown> extends Rule<S> {
    readonly learningRate: number | Schedule;
    readonly transforms?: {
        readonly gradients: readonly Transform[];
        readonly changes: readonly Transform[];
        readonly parameters: readonly Transform[];
    };
    readonly rates?: Readonly<Record<string, number>>;
}

type OptimizerName = keyof typeof optimizers;

type Origin = "given" | "estimated" | "assumed";

interface OutcomeOptions {
    readonly threshold?: number;
    readonly weights?: PlainData;
}

type Outcomes = ClassOutcomes | LabelOutcomes | NumberOutcomes;

interface PartError {
    readonly error: number;
    readonly standardError: number;
}

interface PartScore {
    readonly loss: number;
    readonly metrics: Readonly<Record<string, number>>;
}

interface Patient {
    readonly task: Task;
    readonly history: readonly EpochRow[];
    readonly stopped?: string;
    readonly targets?: Tensor;
    readonly unit?: {
        readonly shift: number;
        readonly scale: number;
    };
    readonly parameters?: number;
    readonly figures?: {
        readonly train: PartScore;
        readonly validation: PartScore | null;
    };
    readonly opening?: LossBefore | null;
    readonly inputs?: readonly InputSpread[];
    readonly classes?: readonly ClassCount[];
    readonly copies?: {
        readonly copies: number;
        readonly rows: number;
    };
    readonly telling?: TellingColumn | null;
    readonly diagnosis?: Diagnosis | null;
    readonly rivals?: readonly RivalRule[];
    readonly settings?: ExaminedSettings;
}

type Plain<T> = T extends Value ? Value : T extends number | boolean ? number : T extends Data ? Tensor : T extends object ? {
    [K in keyof T]: Plain<T[K]>;
} : T;

interface PlainClasses {
    readonly truth: PlainData;
    readonly probabilities?: PlainData;
    readonly scores?: PlainData;
    readonly predicted?: PlainData;
    readonly threshold?: number;
    readonly classes?: number;
    readonly weights?: PlainData;
}

type PlainGiven<T> = T extends Value ? PlainData : T extends PlainData | Function ? T : T extends readonly unknown[] ? {
    readonly [K in keyof T]: T[K] extends Value ? Listed<PlainData> : PlainGiven<T[K]>;
} : T extends object ? {
    readonly [K in keyof T]: PlainGiven<T[K]>;
} : T;

interface PlainLabels {
    readonly truth: PlainData;
    readonly probabilities: PlainData;
    readonly threshold?: number;
    readonly weights?: PlainData;
}

interface PlainNumbers {
    readonly truth: PlainData;
    readonly predicted: PlainData;
    readonly weights?: PlainData;
}

interface PlateauOptions {
    readonly factor?: number;
    readonly patience?: number;
    readonly minimumChange?: number;
    readonly cooldown?: number;
    readonly least?: number;
}

interface PrecisionRecallCurve {
    readonly precision: Float64Array;
    readonly recall: Float64Array;
    readonly thresholds: Float64Array;
}

interface PredictOptions {
    readonly as?: PredictionForm;
    readonly threshold?: number;
}

interface Problem {
    readonly code: Code;
    readonly where: string;
    readonly rule: string;
    readonly given?: Readonly<Record<string, Fact>>;
    readonly hint?: string;
}

interface QuasiNewton {
    readonly name: "lbfgs" | "bfgs";
    readonly method: Method;
    readonly rates?: Readonly<Record<string, number>>;
}

interface QuasiNewtonOptions {
    readonly gradientTolerance?: number;
    readonly decreaseTolerance?: number;
    readonly decrease?: number;
    readonly curvature?: number;
}

interface ReuseOptions {
    readonly fresh?: "head" | readonly string[];
    readonly seed?: number;
}

interface Reused<Θ> {
    readonly start: {
        readonly parameters: Θ;
        readonly state: unknown;
    };
    readonly taken: readonly string[];
    readonly fresh: readonly string[];
    readonly unused: readonly string[];
}

interface RivalRule {
    readonly name: string;
    readonly error: number;
}

interface RocCurve {
    readonly falsePositiveRate: Float64Array;
    readonly truePositiveRate: Float64Array;
    readonly thresholds: Float64Array;
}

interface Rows {
    readonly x: Exclude<Data, Value>;
    readonly y: Exclude<Data, Value>;
    readonly weights?: Exclude<Data, Value> | null;
}

interface Scaler extends ScalerData {
    apply(x: Tensor): Tensor;
    invert(x: Tensor): Tensor;
}

interface Schedule {
    (t: Value, course: Course): Value;
    readonly reacting?: Reacting;
}

type ScheduleName = keyof typeof schedules;

interface Series {
    readonly label: string;
    readonly over: string;
    readonly x: readonly (number | string)[];
    readonly lines: readonly {
        readonly name: string;
        readonly y: readonly (number | null)[];
    }[];
    readonly limit?: number;
}

type Severity = "severe" | "warning" | "note";

type Shape = readonly number[];

type Sink = (name: string, bytes: Uint8Array) => void | Promise<void>;

type Source = (name: string) => Bytes | Promise<Bytes>;

interface Span {
    readonly epochs?: number;
    readonly steps?: number;
}

interface SplitOptions extends Fractions {
    readonly stratify?: string;
    readonly groups?: string;
    readonly order?: string | true;
}

interface Step {
    readonly x: readonly number[];
    readonly target: readonly number[];
    readonly learningRate: number;
    readonly activation: string;
    readonly cost: number;
    readonly layers: readonly StepLayer[];
    readonly difference: number;
}

interface StepLayer {
    readonly z: readonly number[];
    readonly a: readonly number[];
    readonly slope: readonly number[];
    readonly delta: readonly number[];
    readonly weights: readonly (readonly number[])[];
    readonly biases: readonly number[];
    readonly weightGradient: readonly (readonly number[])[];
    readonly biasGradient: readonly number[];
    readonly newWeights: readonly (readonly number[])[];
    readonly newBiases: readonly number[];
}

interface StepQuestion {
    readonly sizes: readonly number[];
    readonly activation?: Exclude<ActivationName, "softmax">;
    readonly x?: readonly number[];
    readonly target?: readonly number[];
    readonly learningRate?: number;
    readonly seed?: number;
}

interface Table {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly Column[];
    readonly notes: readonly string[];
    readonly origin?: Int32Array;
    readonly lines?: Int32Array;
}

interface TellingColumn {
    readonly column: string;
    readonly skill: number;
    readonly next: {
        readonly column: string;
        readonly skill: number;
    };
}

class Tensor {
    readonly shape: Shape;
    readonly data: TensorData;
    readonly dtype: DType;
    constructor(shape: Shape, data: TensorData, dtype?: DType);
    toArray(): Nested;
    item(): number;
}

interface Threshold {
    readonly threshold: number;
    readonly by: ThresholdRule;
    readonly value: number;
}

type ThresholdRule = "youden" | "f1" | Costs;

interface TrainOptions<Θ = unknown> {
    readonly loss?: LossLike;
    readonly optimizer?: Optimizer | WholeBatch | OptimizerName | AllRowsName;
    readonly learningRate?: number | Schedule;
    readonly layerRates?: Readonly<Record<string, number>>;
    readonly frozen?: readonly string[];
    readonly epochs?: number;
    readonly batchSize?: number;
    readonly validation?: number | Rows;
    readonly classWeights?: ClassWeights;
    readonly l1?: number;
    readonly l2?: number;
    readonly seed?: number;
    readonly precision?: Precision;
    readonly backend?: BackendName;
    readonly reproducible?: boolean;
    readonly threads?: Threads;
    readonly earlyStopping?: EarlyStopping | number;
    readonly checkpoint?: CheckpointOptions;
    readonly task?: Task;
    readonly metrics?: readonly Metric[];
    readonly record?: boolean;
    readonly signal?: AbortSignal;
    readonly onEpoch?: (row: EpochRow) => void;
    readonly parameters?: Θ;
    readonly state?: unknown;
}

type TrainedNumbers = {
    readonly parameters: unknown;
    readonly state?: unknown;
} | Readonly<Record<string, Tensor>>;

interface TrainingRow<Θ> extends EpochRow {
    readonly parameters: () => Θ;
    readonly state: () => unknown;
}

interface Transform {
    readonly name: string;
    readonly on: "passing" | "changes" | "parameters";
    readonly apply: (arrays: readonly Value[], at: readonly Moment[]) => readonly Value[];
}

interface Trust extends Check {
    readonly complexStep: number | null;
    readonly modes: number;
    readonly failures: readonly string[];
}

class Value {
    readonly equation: Equation;
    readonly shape: Shape;
    readonly dtype: DType;
    constructor(equation: Equation, { shape, dtype }: Type);
    get op(): Op;
    [Symbol.toPrimitive](): never;
}
interface Value extends Methods {
    }

interface Variable {
    readonly name: string;
    readonly op: string;
    readonly from: readonly string[];
    readonly value: Tensor;
    readonly tangents: readonly Tensor[];
    readonly adjoint: Tensor;
    readonly uses: readonly {
        readonly by: string;
        readonly adds: Tensor;
    }[];
}

interface VectorEvaluation {
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly value: readonly number[];
    readonly jacobian: readonly (readonly number[])[];
    readonly variables: readonly VectorVariable[];
    readonly passes: {
        readonly forward: number;
        readonly reverse: number;
    };
    readonly counts: Costs;
    readonly chosen: "forward" | "reverse";
    readonly diagram: Diagram;
}

interface VectorVariable {
    readonly name: string;
    readonly op: string;
    readonly from: readonly string[];
    readonly value: number;
    readonly tangents: readonly number[];
    readonly adjoints: readonly number[];
}

type WholeBatch = QuasiNewton | LevenbergMarquardt;

const abs: Unary;

const accuracy: Metric;

const acos: Unary;

const acosh: Unary;

function activation(f: Activation | ActivationName, name?: string): Layer<Record<never, never>>;

const activations: {
    readonly identity: Activation;
    readonly sigmoid: Unary;
    readonly softmax: (x: Value) => Value;
    readonly relu: Unary;
    readonly leakyRelu: (x: Value) => Value;
    readonly elu: (x: Value) => Value;
    readonly tanh: Unary;
    readonly softplus: Unary;
    readonly gelu: Activation;
    readonly geluTanh: Activation;
    readonly silu: Activation;
    readonly selu: Activation;
    readonly mish: Activation;
    readonly hardSigmoid: Activation;
    readonly softsign: Activation;
    readonly snake: Activation;
};

function adadelta(options?: Rate & {
    readonly rho?: number;
    readonly epsilon?: number;
}): Optimizer<Adadelta>;

function adagrad(options?: Rate & {
    readonly epsilon?: number;
}): Optimizer<{
    readonly G: Tensor;
}>;

function adagradMomentum(options?: Rate & {
    readonly momentum?: number;
    readonly epsilon?: number;
}): Optimizer<AdagradMomentum>;

function adam(options?: AdamOptions): Optimizer<Moments>;

function adamw(options?: AdamOptions & {
    readonly weightDecay?: number;
}): Optimizer<Moments>;

const add: Binary;

function amsgrad(options?: AdamOptions): Optimizer<AmsgradState>;

const argmax: (x: Operand, axis?: number) => Value;

const argmin: (x: Operand, axis?: number) => Value;

const asin: Unary;

const asinh: Unary;

function assess(result: Judge, rows: Rows, options?: AssessOptions): Assessment;

const atan: Unary;

const atanh: Unary;

const averagePrecision: Metric;

const averagePrecisionWeighted: Metric;

const balancedAccuracy: Metric;

function baselines(training: BaselineRows, measured: BaselineRows, options: BaselineOptions): Baseline[];

function batchNorm(options: BatchNormOptions): Layer<Rescaling>;

const bfgs: (options?: QuasiNewtonOptions) => QuasiNewton;

function bootstrap(outcomes: Outcomes, metrics: readonly Metric[], options?: BootstrapOptions): Record<string, Interval>;

const brier: Metric;

function broadcastTo(x: Operand, shape: Shape): Value;

function calibrationCurve(outcomes: Outcomes, { bins }?: {
    readonly bins?: number;
}): CalibrationBin[];

const calibrationError: Metric;

const cast: (x: Operand, dtype: DType) => Value;

const cbrt: Unary;

const ceil: Unary;

function chain<const L extends readonly AnyLayer[]>(...layers: L): Layer<Thetas<L>>;

function chainRules<S = unknown>(...parts: readonly (Transform | Optimizer<S>)[]): Optimizer<S>;

function checkGradients<Θ = Value, Y = Value>(f: (theta: Θ) => Y, at: PlainGiven<Θ>, options?: CheckOptions): Check;

function chooseTask(table: Table, { target, task }: Asked): TaskChoice;

function chooseThreshold(outcomes: Outcomes, by: ThresholdRule): Threshold;

function classOutcomes(plain: PlainClasses): ClassOutcomes;

const clip: (x: Operand, low: Operand, high: Operand) => Value;

function clipByGlobalNorm(c: number): Transform;

function clipByNorm(c: number): Transform;

function clipByValue(c: number): Transform;

const codes: {
    readonly "shape-mismatch": 2;
    readonly "shape-inner": 2;
    readonly "shape-axis": 2;
    readonly "shape-size": 2;
    readonly "shape-ragged": 2;
    readonly "shape-rank": 2;
    readonly dtype: 2;
    readonly "index-range": 2;
    readonly "trace-branch": 2;
    readonly "trace-leak": 2;
    readonly "trace-output": 2;
    readonly "autodiff-scalar": 2;
    readonly "autodiff-integer": 2;
    readonly "autodiff-not-linear": 1;
    readonly "autodiff-structure": 2;
    readonly "program-type": 1;
    readonly "engine-load": 1;
    readonly "engine-module": 1;
    readonly "engine-memory": 1;
    readonly formula: 2;
    readonly option: 2;
    readonly "file-missing": 2;
    readonly "file-directory": 2;
    readonly "file-empty": 2;
    readonly "file-format": 2;
    readonly "file-write": 1;
    readonly "output-folder": 2;
    readonly "data-rows": 2;
    readonly "data-columns": 2;
    readonly "data-ragged": 2;
    readonly "data-duplicate": 2;
    readonly "data-target": 2;
    readonly "data-text": 2;
    readonly "data-number": 2;
    readonly "data-missing": 2;
    readonly "data-date": 2;
    readonly "data-weights": 2;
    readonly "data-classes": 2;
    readonly "data-split": 2;
    readonly "data-line": 2;
    readonly "data-changed": 2;
    readonly "model-file": 2;
    readonly "resume-mismatch": 2;
    readonly "loss-task": 2;
    readonly "not-finite": 2;
    readonly "batch-one": 2;
    readonly "reuse-mismatch": 2;
    readonly "layer-state": 2;
    readonly "metric-task": 2;
    readonly diverged: 1;
};

function column(table: Table, name: string): Column;

function compile<A extends readonly unknown[] = readonly Value[], Y = Value>(f: (...args: A) => Y, options?: CompileOptions): Compiled<A, Y>;

function concat(xs: readonly Operand[], axis?: number): Value;

function confusionMatrix({ rows, classes, truth, predicted, weights }: ClassOutcomes): number[][];

function constant(rate: number): Schedule;

const cos: Unary;

const cosh: Unary;

function cosine(rate: number, options?: Span & {
    readonly final?: number;
    readonly restarts?: boolean;
}): Schedule;

const crossEntropy: Loss;

const crossEntropyOfProbabilities: Loss;

function cumsum(x: Operand, axis?: number): Value;

function custom(f: (...x: Value[]) => Operand, rule: CustomRule): (...x: Operand[]) => Value;

function dataset(name: string): Dataset;

const datasets: {
    readonly digits: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly name: "digits";
        readonly description: "1797 grey images of handwritten digits, 8 × 8 pixels of 0 to 16, ten classes";
        readonly credit: "E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, CC BY 4.0";
        readonly task: "multiclass";
        readonly load: () => Promise<Table>;
    };
    readonly "breast-cancer": {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly name: "breast-cancer";
        readonly description: "569 tumours, 30 measures of their cell nuclei; 0 malignant, 1 benign";
        readonly credit: "W. Wolberg, N. Street and O. Mangasarian (1995), UCI Machine Learning Repository, CC BY 4.0";
        readonly task: "binary";
        readonly load: () => Promise<Table>;
    };
    readonly iris: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly name: "iris";
        readonly description: "150 flowers, 4 lengths in centimetres, three species of iris";
        readonly credit: "R. A. Fisher (1936)";
        readonly task: "multiclass";
        readonly load: () => Promise<Table>;
    };
    readonly franke: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly credit: "generated";
        readonly name: "franke";
        readonly description: "Franke's function of two variables on a 30 × 30 grid";
        readonly task: "regression";
        readonly load: (options?: GenerateOptions) => Promise<Table>;
    };
    readonly polynomial: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly credit: "generated";
        readonly name: "polynomial";
        readonly description: "x + 2y + 3x² + 4xy + 5y² on a 20 × 20 grid";
        readonly task: "regression";
        readonly load: (options?: GenerateOptions) => Promise<Table>;
    };
    readonly xor: {
        readonly target: "target";
        readonly credit: "generated";
        readonly name: "xor";
        readonly description: "the exclusive-or gate: four rows that no straight line separates";
        readonly task: "binary";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly load: () => Promise<Table>;
    };
    readonly or: {
        readonly target: "target";
        readonly credit: "generated";
        readonly name: "or";
        readonly description: "the or gate: four rows";
        readonly task: "binary";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly load: () => Promise<Table>;
    };
    readonly and: {
        readonly target: "target";
        readonly credit: "generated";
        readonly name: "and";
        readonly description: "the and gate: four rows";
        readonly task: "binary";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly load: () => Promise<Table>;
    };
    readonly spiral: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly credit: "generated";
        readonly name: "spiral";
        readonly description: "two spiral arms wound around each other, 200 points each";
        readonly task: "binary";
        readonly load: (options?: GenerateOptions) => Promise<Table>;
    };
    readonly moons: {
        readonly target: "target";
        readonly shares: {
            validation: number;
            test: number;
        };
        readonly credit: "generated";
        readonly name: "moons";
        readonly description: "two half circles that reach into each other, 200 points each";
        readonly task: "binary";
        readonly load: (options?: GenerateOptions) => Promise<Table>;
    };
};

function dense(options: DenseOptions & {
    readonly bias: false;
}): Layer<{
    W: Tensor;
}>;
function dense(options: DenseOptions): Layer<{
    W: Tensor;
    b: Tensor;
}>;

function diagnose(errors: Errors): Diagnosis;

function diagram<Name extends string>(f: (x: {
    readonly [K in Name]: Value;
}) => unknown, at: {
    readonly [K in Name]: PlainData;
}, { title, fold }?: DiagramOptions): Diagram;

const div: Binary;

function dropout(options?: {
    readonly rate?: number;
}): Layer<Record<never, never>>;

function effectiveRows(weights: ArrayLike<number>): number;

function elu(x: Operand, options?: {
    alpha?: number | undefined;
}): Value;

function embedding({ inputs, columns }: EmbeddingOptions): Layer<EmbeddingΘ>;

function encode(encoding: Encoding, table: Table, options?: EncodeOptions): Encoded;

function encodeInputs(encoding: Encoding, table: Table, options?: EncodeOptions): EncodedInputs;

const equal: Binary;

const erf: Unary;

const erfc: Unary;

function evaluate<T>(tree: T): Numbers<Lifted<T>>;

const exactMatch: Metric;

function examine(patient: Patient): Finding[];

const exp: Unary;

function explain<Name extends string>(f: (x: {
    readonly [K in Name]: Value;
}) => Value, at: {
    readonly [K in Name]: PlainData;
}, { fold }?: ExplainOptions): Evaluation<Name>;

function explainVector(f: (x: Readonly<Record<string, Value>>) => readonly Value[], at: Readonly<Record<string, number>>, { fold }?: ExplainOptions): VectorEvaluation;

const explainedVariance: Metric;

const expm1: Unary;

function exponential(rate: number, options?: Span & {
    readonly factor?: number;
}): Schedule;

const f1: Metric;

const f1Macro: Metric;

const f1Micro: Metric;

const f1Weighted: Metric;

function findLearningRate<Θ>(model: Layer<Θ>, data: Rows, options?: LearningRateOptions<Θ>): Promise<LearningRateSearch>;

function fit<Θ>(model: Layer<Θ>, data: Rows, options?: TrainOptions<Θ>): Promise<FitResult<Θ>>;

function fitEncoding(table: Table, options: EncodingOptions): Encoding;

function flip(x: Operand, axis?: number): Value;

const floor: Unary;

const foldKey: (key: Key | Value, label: Operand) => Value;

function fourierFeatures(x: Tensor, options: FourierOptions): {
    x: Tensor;
    names: string[];
};

const gaussian: Loss;

function gaussianNoise(options?: {
    readonly deviation?: number;
}): Layer<Record<never, never>>;

const gelu: Activation;

const geluTanh: Activation;

const glorotNormal: Initializer;

const glorotUniform: Initializer;

function grad<Θ = Value, R extends readonly unknown[] = Values>(f: Scalar<Θ, R>): Gradient<NoInfer<Θ>, NoInfer<R>>;

const greater: Binary;

const greaterEqual: Binary;

const hardSigmoid: Activation;

const heNormal: Initializer;

const heUniform: Initializer;

function hessian(f: ArrayFunction): SecondDerivatives;

const hinge: Loss;

const huber: Loss;

function huberLoss(options?: {
    readonly delta?: number;
}): Loss;

function hvp<Θ = Value, R extends readonly unknown[] = Values>(f: Scalar<Θ, R>): AlongDirection<Θ, R>;

// identity as identityMatrix
const identity: (n: number) => Value;

function inferTask(table: Table, target: string): TaskChoice;

const initializers: {
    readonly glorotUniform: Initializer;
    readonly glorotNormal: Initializer;
    readonly heUniform: Initializer;
    readonly heNormal: Initializer;
    readonly lecunUniform: Initializer;
    readonly lecunNormal: Initializer;
    readonly orthogonal: Initializer;
    readonly standardNormal: Initializer;
    readonly zeros: Initializer;
};

function inputSpreads({ shape, data }: Tensor, names: readonly (string | null)[]): InputSpread[];

function inverseTime(rate: number, options?: Span & {
    readonly decay?: number;
}): Schedule;

const isFinite: Unary;

const isNaN: Unary;

function jacobian(f: ArrayFunction, options?: JacobianOptions): Derivatives;

function jvp<Θ = Value, R extends readonly unknown[] = Values, Y = Value>(f: (theta: Θ, ...rest: R) => Y): Pushforward<Θ, R, Y>;

function key(seed: number): Key;

const klDivergence: Loss;

function labelOutcomes(plain: PlainLabels): LabelOutcomes;

function labelSmoothing(base: Loss, share: number): Loss;

function layerNorm(options: LayerNormOptions): Layer<Rescaling>;

function layerRates<O extends Pick<Optimizer, "rates">>(optimizer: O, rates: Readonly<Record<string, number>>): O;

const lbfgs: (options?: QuasiNewtonOptions & {
    readonly memory?: number;
}) => QuasiNewton;

function leakyRelu(x: Operand, options?: {
    slope?: number | undefined;
}): Value;

function leastSquares<X, In>(f: (x: Lifted<In>, θ: Lifted<X>) => Data, data: Observations<In>, options: LeastSquaresOptions<X>): LeastSquares<Plain<X>, In>;

const lecunNormal: Initializer;

const lecunUniform: Initializer;

const less: Binary;

const lessEqual: Binary;

function levenbergMarquardt(options?: LevenbergMarquardtOptions): LevenbergMarquardt;

function lion(options?: LionOptions): Optimizer<Memory>;

const log: Unary;

const log1p: Unary;

const logCosh: Loss;

const logLoss: Metric;

function logSoftmax(x: Operand, axis?: number): Value;

const logSumExp: (x: Operand, over?: Over) => Value;

const logicalAnd: Binary;

const logicalNot: (x: Operand) => Value;

const logicalOr: Binary;

const logicalXor: Binary;

const logisticLoss: Loss;

const logisticLossOfProbabilities: Loss;

function loss({ rows, link, boundary, range, ...rule }: LossRule): Loss;

const losses: {
    readonly meanSquaredError: Loss;
    readonly meanAbsoluteError: Loss;
    readonly huber: Loss;
    readonly logCosh: Loss;
    readonly quantile: Loss;
    readonly gaussian: Loss;
    readonly logisticLoss: Loss;
    readonly crossEntropy: Loss;
    readonly hinge: Loss;
    readonly poisson: Loss;
    readonly klDivergence: Loss;
};

const mae: Metric;

const matmul: ((x: Operand, w: Operand) => Value) & {
    readonly op: Op;
};

const matthews: Metric;

const max: (x: Operand, over?: Over) => Value;

const maxError: Metric;

function maxNorm(c: number): Transform;

const maximum: Binary;

const mean: (x: Operand, over?: Over) => Value;

const meanAbsoluteError: Loss;

const meanSquaredError: Loss;

const medianAbsoluteError: Metric;

function metricNamed(name: string): Metric;

const metrics: {
    readonly accuracy: Metric;
    readonly exactMatch: Metric;
    readonly balancedAccuracy: Metric;
    readonly precision: Metric;
    readonly precisionMicro: Metric;
    readonly precisionMacro: Metric;
    readonly precisionWeighted: Metric;
    readonly recall: Metric;
    readonly recallMicro: Metric;
    readonly recallMacro: Metric;
    readonly recallWeighted: Metric;
    readonly f1: Metric;
    readonly f1Micro: Metric;
    readonly f1Macro: Metric;
    readonly f1Weighted: Metric;
    readonly matthews: Metric;
    readonly rocAuc: Metric;
    readonly rocAucWeighted: Metric;
    readonly averagePrecision: Metric;
    readonly averagePrecisionWeighted: Metric;
    readonly top3: Metric;
    readonly top5: Metric;
    readonly logLoss: Metric;
    readonly brier: Metric;
    readonly calibrationError: Metric;
    readonly r2: Metric;
    readonly explainedVariance: Metric;
    readonly mse: Metric;
    readonly rmse: Metric;
    readonly mae: Metric;
    readonly medianAbsoluteError: Metric;
    readonly maxError: Metric;
    readonly poissonDeviance: Metric;
};

const metricsFor: (outcomes: Outcomes) => Metric[];

const min: (x: Operand, over?: Over) => Value;

const minMax: (x: Tensor) => Scaler;

function minimize<X>(f: (x: Lifted<X>) => Data, start: X, options?: MinimizeOptions): Minimum<Plain<X>>;

const minimum: Binary;

const mish: Activation;

function mlp(options: MlpOptions): Layer<MlpΘ>;

function momentum(options?: Rate & {
    readonly momentum?: number;
}): Optimizer<Velocity>;

function mostTelling(columns: readonly Column[], y: Tensor, task: Task): TellingColumn | null;

const mse: Metric;

const mul: Binary;

function nadam(options?: AdamOptions & {
    readonly momentumDecay?: number;
}): Optimizer<NadamState>;

const neg: Unary;

function neighbourRule(training: Rows, measured: Rows, task: Task): RivalRule | null;

function nesterov(options?: Rate & {
    readonly momentum?: number;
}): Optimizer<Velocity>;

function networkDiagram(network: AnyLayer, { inputs, title, fold }: DiagramOptions & {
    readonly inputs: number;
}): Diagram;

const notEqual: Binary;

function numberOutcomes(plain: PlainNumbers): NumberOutcomes;

function oneCycle(rate: number, options?: Span & {
    readonly rise?: number;
    readonly start?: number;
    readonly end?: number;
}): Schedule;

const oneHot: (indices: Operand, depth: number) => Value;

function oneStep({ sizes, activation, learningRate, seed, ...given }: StepQuestion): Step;

function optimalErrorRate(x: Tensor, classNumbers: ArrayLike<number>, { classes, seed }: {
    readonly classes: number;
    readonly seed?: number;
}): number;

function optimalRmse(x: Tensor, y: ArrayLike<number>, { seed }?: {
    readonly seed?: number;
}): number;

const optimizers: {
    readonly sgd: typeof sgd;
    readonly momentum: typeof momentum;
    readonly nesterov: typeof nesterov;
    readonly adagrad: typeof adagrad;
    readonly adagradMomentum: typeof adagradMomentum;
    readonly rmsprop: typeof rmsprop;
    readonly adadelta: typeof adadelta;
    readonly adam: typeof adam;
    readonly amsgrad: typeof amsgrad;
    readonly adamw: typeof adamw;
    readonly nadam: typeof nadam;
    readonly radam: typeof radam;
    readonly lion: typeof lion;
};

const orthogonal: Initializer;

function outcomesFor(result: Judge, rows: Rows, options?: OutcomeOptions): Outcomes;

function pad(x: Operand, widths: readonly (readonly [before: number, after: number])[], value?: number): Value;

function partialDependence(result: Pick<Judge, "predict">, x: PlainData, options: DependenceOptions): Dependence;

function permutationImportance(result: Judge, rows: Rows, options?: ImportanceOptions): Importances;

const poisson: Loss;

const poissonDeviance: Metric;

function polynomial(rate: number, options?: Span & {
    readonly power?: number;
    readonly final?: number;
}): Schedule;

function polynomialFeatures(x: Tensor, options: PolynomialOptions): {
    x: Tensor;
    names: string[];
};

const pow: Binary;

const precision: Metric;

const precisionMacro: Metric;

const precisionMicro: Metric;

function precisionRecallCurve(outcomes: Outcomes, options?: CurveOptions): PrecisionRecallCurve;

const precisionWeighted: Metric;

const prod: (x: Operand, over?: Over) => Value;

// text as programText
function text({ types, inputs, lines, outputs }: Program, indent?: string): string;

const quantile: Loss;

function quantileLoss(options?: {
    readonly tau?: number | readonly number[];
}): Loss;

const r2: Metric;

function radam(options?: AdamOptions): Optimizer<Moments>;

function randomBernoulli(key: Key | Value, shape: Shape, probability: Operand): Value;

const randomBits: (key: Key | Value, shape: Shape) => Value;

const randomNormal: (key: Key | Value, shape: Shape) => Value;

const randomUniform: (key: Key | Value, shape: Shape) => Value;

const range: (n: number) => Value;

function rateError(error: number, rows: number): PartError;

const recall: Metric;

const recallMacro: Metric;

const recallMicro: Metric;

const recallWeighted: Metric;

const reciprocal: Unary;

function reduceOnPlateau(rate: number, options?: PlateauOptions): Schedule;

const relu: Unary;

function reshape(x: Operand, shape: Shape): Value;

function reuse<Θ>(model: Layer<Θ>, trained: TrainedNumbers, options?: ReuseOptions): Reused<Θ>;

const rmse: Metric;

function rmseError({ rows, outputs, truth, predicted, weights }: NumberOutcomes): PartError;

function rmsprop(options?: Rate & {
    readonly rho?: number;
    readonly epsilon?: number;
}): Optimizer<{
    readonly s: Tensor;
}>;

const robust: (x: Tensor) => Scaler;

const rocAuc: Metric;

const rocAucWeighted: Metric;

function rocCurve(outcomes: Outcomes, options?: CurveOptions): RocCurve;

const round: Unary;

function scalerFrom({ kind, shift, scale }: ScalerData): Scaler;

const scan: <C, X, Y>(f: Body<C, X, Y>, init: C, xs: X, options?: ScanOptions) => Scanned<C, Y>;

function scatterAdd(shape: Shape, indices: Operand, updates: Operand, axis?: number): Value;

const schedules: {
    readonly constant: typeof constant;
    readonly stepDecay: typeof stepDecay;
    readonly exponential: typeof exponential;
    readonly cosine: typeof cosine;
    readonly warmup: typeof warmup;
    readonly oneCycle: typeof oneCycle;
    readonly inverseTime: typeof inverseTime;
    readonly polynomial: typeof polynomial;
    readonly reduceOnPlateau: typeof reduceOnPlateau;
};

const selu: Activation;

function sgd(options?: Rate): Optimizer<null>;

const sigmoid: Unary;

const sign: Unary;

const silu: Activation;

const sin: Unary;

const sinh: Unary;

function slice(x: Operand, ranges: readonly Range[]): Value;

const snake: Activation;

function softmax(x: Operand, axis?: number): Value;

const softplus: Unary;

const softsign: Activation;

function split(table: Table, options: SplitOptions): TableSplit;

function splitRows(rows: number, options: Fractions & {
    readonly labels?: ArrayLike<number>;
} & Partial<Names>): RowSplit;

function splitSources(plentiful: Table, matters: Table, options?: SourceSplitOptions): SourceSplit;

const sqrt: Unary;

const square: Unary;

function stack(xs: readonly Operand[], axis?: number): Value;

const standardDeviation: (x: Operand, over?: Over) => Value;

const standardNormal: Initializer;

const standardize: (x: Tensor) => Scaler;

const step: Unary;

function stepDecay(rate: number, options?: Span & {
    readonly factor?: number;
}): Schedule;

const stopGradient: (x: Operand) => Value;

const sub: (x: Operand, y: Operand) => Value;

const sum: (x: Operand, over?: Over) => Value;

function tableFrom(data: Readonly<Record<string, ColumnData>>, { name, notes }?: {
    readonly name?: string;
    readonly notes?: readonly string[];
}): Table;

function take(x: Operand, indices: Operand, axis?: number): Value;

function takeRows(table: Table, indices: ArrayLike<number>): Table;

const tan: Unary;

const tanh: Unary;

function tensor(data: Nested | NumberArray, shape?: Shape): Tensor;

function topK(k: number): Metric;

function trace(f: (...args: never[]) => unknown, args: readonly unknown[], { simplified }?: {
    readonly simplified?: boolean;
}): Program;

function train<Θ>(model: Layer<Θ>, options: TrainRows<Θ>): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void>;

function trainingProgram<Θ>(model: Layer<Θ>, data: Rows, { validation: _, ...options }?: TrainOptions<Θ>): Promise<Program>;

function transpose(x: Operand, axes?: readonly number[]): Value;

function trust(f: (x: Readonly<Record<string, Value>>) => Value, point: Readonly<Record<string, number>>, e: Evaluation, complex: (name: string) => number | null): Trust;

function valueAndGrad<Θ = Value, R extends readonly unknown[] = Values>(f: Scalar<Θ, R>): ValueAndGradient<Θ, R>;

const variance: (x: Operand, over?: Over) => Value;

function vjp<Θ = Value, R extends readonly unknown[] = Values, Y = Value>(f: (theta: Θ, ...rest: R) => Y): Pullback<Θ, R, Y>;

function warmup(schedule: number | Schedule, options?: Span): Schedule;

function weightDecay(λ: number): Transform;

function where(condition: Operand, x: Operand, y: Operand): Value;

// === gradus in Node: Activation, ActivationName, AdamOptions, AssessOptions, Assessment, Band, BandOptions, Baseline, BaselineOptions, BaselineRows, BatchNormOptions, Best, BootstrapOptions, CalibrationBin, Change, Changed, Check, CheckOptions, CheckpointOptions, ClassCount, ClassOutcomes, Code, CompileOptions, Context, Costs, Course, Curve, CurveOptions, DataParts, Dataset, DatasetName, Dependence, DependenceOptions, Diagnosis, Diagram, DiagramBox, DiagramEdge, DiagramNode, DiagramOptions, DifferenceError, Divergence, EarlyStopping, EmbeddedColumn, Encoded, Encoding, EncodingOptions, EpochRow, Errors, Evaluation, Evidence, ExaminedSettings, ExplainOptions, Finding, FindingKind, FitResult, Gap, GapName, Given, Histogram, Importance, ImportanceOptions, Importances, Inference, Initializer, InitializerName, InputSpread, Interval, IntervalMethod, JacobianOptions, Key, LabelOutcomes, Layer, LayerNormOptions, LayerRecord, LearningRateOptions, LearningRateSearch, LeastSquares, LeastSquaresOptions, LevenbergMarquardt, LevenbergMarquardtOptions, LionOptions, Loss, LossBefore, LossName, Measure, Metric, MetricName, MinimizeOptions, Minimum, MlpOptions, ModelError, Nested, NumberOutcomes, Numbers, Observations, OpenLayer, OpenParameter, OpenStep, Operand, Optimizer, OptimizerName, Origin, OutcomeOptions, Outcomes, PartError, PartScore, Patient, Plain, PlainClasses, PlainGiven, PlainLabels, PlainNumbers, PlateauOptions, PrecisionRecallCurve, PredictOptions, Problem, QuasiNewton, QuasiNewtonOptions, Replay, ReplayHooks, ReuseOptions, Reused, RivalRule, RocCurve, Rows, RunFile, RunOptions, RunResult, Scaler, Schedule, ScheduleName, Series, Severity, Shape, Sink, Source, Span, SplitOptions, Step, StepLayer, StepQuestion, Table, TellingColumn, Tensor, Threshold, ThresholdRule, TrainOptions, TrainedNumbers, TrainingRow, Transform, Trust, Value, Variable, VectorEvaluation, VectorVariable, WholeBatch, abs, accelerate, accuracy, acos, acosh, activation, activations, adadelta, adagrad, adagradMomentum, adam, adamw, add, amsgrad, argmax, argmin, asin, asinh, assess, atan, atanh, averagePrecision, averagePrecisionWeighted, balancedAccuracy, baselines, batchNorm, bfgs, bootstrap, brier, broadcastTo, calibrationCurve, calibrationError, cast, cbrt, ceil, chain, chainRules, checkGradients, chooseTask, chooseThreshold, classOutcomes, clip, clipByGlobalNorm, clipByNorm, clipByValue, codes, column, compile, concat, confusionMatrix, constant, cos, cosh, cosine, crossEntropy, crossEntropyOfProbabilities, cumsum, custom, dataset, datasets, dense, diagnose, diagram, div, dropout, effectiveRows, elu, embedding, encode, encodeInputs, equal, erf, erfc, evaluate, exactMatch, examine, exp, explain, explainVector, explainedVariance, expm1, exponential, f1, f1Macro, f1Micro, f1Weighted, findLearningRate, fit, fitEncoding, flip, floor, foldKey, fourierFeatures, gaussian, gaussianNoise, gelu, geluTanh, glorotNormal, glorotUniform, grad, greater, greaterEqual, hardSigmoid, heNormal, heUniform, hessian, hinge, huber, huberLoss, hvp, identityMatrix, inferTask, initializers, inputSpreads, inverseTime, isFinite, isNaN, jacobian, jvp, key, klDivergence, labelOutcomes, labelSmoothing, layerNorm, layerRates, lbfgs, leakyRelu, leastSquares, lecunNormal, lecunUniform, less, lessEqual, levenbergMarquardt, lion, loadModel, loadTensors, log, log1p, logCosh, logLoss, logSoftmax, logSumExp, logicalAnd, logicalNot, logicalOr, logicalXor, logisticLoss, logisticLossOfProbabilities, loss, losses, mae, matmul, matthews, max, maxError, maxNorm, maximum, mean, meanAbsoluteError, meanSquaredError, measure, medianAbsoluteError, metricNamed, metrics, metricsFor, min, minMax, minimize, minimum, mish, mlp, momentum, mostTelling, mse, mul, nadam, neg, neighbourRule, nesterov, networkDiagram, notEqual, numberOutcomes, oneCycle, oneHot, oneStep, openStep, optimalErrorRate, optimalRmse, optimizers, orthogonal, outcomesFor, pad, partialDependence, permutationImportance, poisson, poissonDeviance, polynomial, polynomialFeatures, pow, precision, precisionMacro, precisionMicro, precisionRecallCurve, precisionWeighted, predictTable, prod, programText, quantile, quantileLoss, r2, radam, randomBernoulli, randomBits, randomNormal, randomUniform, range, rateError, readCsv, readFolder, readIdx, readIdxFolder, readNpy, readNpz, readParquet, readParts, readTable, recall, recallMacro, recallMicro, recallWeighted, reciprocal, reduceOnPlateau, relu, replay, reshape, resume, reuse, rmse, rmseError, rmsprop, robust, rocAuc, rocAucWeighted, rocCurve, round, run, scalerFrom, scan, scatterAdd, schedules, selu, sgd, sigmoid, sign, silu, sin, sinh, slice, snake, softmax, softplus, softsign, split, splitRows, splitSources, sqrt, square, stack, standardDeviation, standardNormal, standardize, step, stepDecay, stopGradient, sub, sum, tableFrom, take, takeRows, tan, tanh, tensor, topK, trace, train, trainingProgram, transpose, trust, valueAndGrad, variance, vjp, warmup, weightDecay, where

interface Changed {
    readonly what: string;
    readonly recorded: string | number | null;
    readonly now: string | number | null;
}

interface DataParts {
    readonly training: Table;
    readonly validation: Table | null;
    readonly test: Table | null;
    readonly image: readonly [height: number, width: number] | null;
    readonly labelled: boolean;
}

interface OpenLayer {
    readonly name: string;
    readonly kind: LayerPass["kind"];
    readonly y: Tensor;
    readonly slope: Tensor | null;
    readonly delta: Tensor;
    readonly parameters: Readonly<Record<string, OpenParameter>>;
}

interface OpenParameter {
    readonly before: Tensor;
    readonly gradient: Tensor;
    readonly after: Tensor | null;
}

interface OpenStep {
    readonly run: string;
    readonly rows: number;
    readonly loss: string;
    readonly cost: number;
    readonly optimizer: string;
    readonly learningRate: number | null;
    readonly layers: readonly OpenLayer[];
    readonly outputByHand: boolean;
    readonly difference: number;
}

interface Replay {
    readonly run: string;
    readonly equal: boolean;
    readonly epochs: number;
    readonly difference: (Changed & {
        readonly epoch: number | null;
    }) | null;
    readonly fingerprint: {
        readonly recorded: string | null;
        readonly now: string | null;
    };
    readonly changes: readonly Changed[];
}

interface ReplayHooks {
    readonly signal?: AbortSignal;
    readonly onStart?: (prepared: Prepared, epochs: number) => void;
    readonly onEpoch?: (row: EpochRow) => void;
}

type RunFile = z.input<typeof schema>;

interface RunOptions extends RunHooks {
    readonly out?: string;
    readonly resume?: string;
    readonly final?: boolean;
    readonly command?: string;
}

interface RunResult {
    readonly summary: TrainSummary;
    readonly history: readonly EpochRow[];
    readonly prepared: Prepared;
    readonly shown: Shown;
}

function accelerate(v8?: string): string[];

const fit: typeof fitAnywhere;

function loadModel(folder: string): Promise<TrainedModel>;

const loadTensors: (folder: string) => Promise<Record<string, Tensor>>;

function measure(model: TrainedModel, table: Table, metrics?: readonly Metric[]): Figures & {
    readonly rows: number;
    readonly notes: readonly string[];
};

function openStep(run: string, { rows }?: {
    readonly rows?: number;
}): Promise<OpenStep>;

function predictTable(model: TrainedModel, table: Table): {
    readonly rows: Int32Array;
    readonly predictions: Predictions;
    readonly notes: readonly string[];
};

function readCsv(source: Source, options?: CsvOptions): Promise<Table>;

function readFolder(folder: string, options?: CsvOptions): Promise<DataParts>;

function readIdx(source: Source): Promise<Idx>;

function readIdxFolder(folder: string): Promise<IdxFolder>;

function readNpy(source: Source): Promise<NpyArray>;

function readNpz(source: Source): Promise<Record<string, NpyArray | NpyFields>>;

function readParquet(source: Source): Promise<Table>;

function readParts(source: Source, options?: CsvOptions): Promise<DataParts>;

const readTable: (source: Source, options?: CsvOptions) => Promise<Table>;

function replay(run: string, { signal, onStart, onEpoch }?: ReplayHooks): Promise<Replay>;

function resume(folder: string, { epochs, ...options }?: Omit<RunOptions, "out" | "resume"> & {
    readonly epochs?: number;
}): Promise<RunResult>;

const run: (file: RunFile, options?: RunOptions) => Promise<RunResult>;

const train: typeof trainAnywhere;

// === gradus/core: Code, DType, Key, ModelError, Nested, NumberArray, Problem, Shape, Task, Tensor, TensorData, Tree, codes, fillLeaves, fold, isNested, key, leaves, locate, mapLeaves, nearest, normal, paths, permutation, sameShape, show, size, split, suggestion, tensor, uniform

type DType = "real" | "integer" | "boolean";

type NumberArray = TensorData | Int8Array | Uint8ClampedArray | Int16Array | Uint16Array | Uint32Array;

type Task = "regression" | "binary" | "multiclass" | "multilabel";

type TensorData = Float64Array | Float32Array | Int32Array | Uint8Array;

type Tree<T> = T | readonly Tree<T>[] | {
    readonly [key: string]: Tree<T>;
};

function fillLeaves<T>(tree: unknown, isLeaf: IsLeaf<T>, replacements: Iterable<unknown>): unknown;

const fold: (key: Key, label: number) => Key;

function isNested(x: unknown): x is Nested;

function leaves<T>(tree: unknown, isLeaf: IsLeaf<T>): T[];

function locate<T>(where: string, f: () => T): T;

function mapLeaves<T>(tree: unknown, isLeaf: IsLeaf<T>, f: (leaf: T) => unknown): unknown;

function nearest(typed: string, allowed: readonly string[]): string | undefined;

function normal(key: Key): () => number;

function paths<T>(tree: unknown, isLeaf: IsLeaf<T>, prefix?: string): string[];

function permutation(key: Key, n: number): Int32Array;

const sameShape: (a: Shape, b: Shape) => boolean;

const show: (shape: Shape) => string;

const size: (shape: Shape) => number;

const split: (key: Key, count?: number) => Key[];

function suggestion(typed: string, allowed: readonly string[]): string;

function uniform(key: Key): () => number;

// === gradus/ops: Binary, CustomRule, Example, Loop, Over, Range, Reduction, ScanOptions, Unary, abs, acos, acosh, add, addOp, argmax, argmin, asin, asinh, atan, atanh, broadcastTo, cast, castOp, cbrt, ceil, clip, concat, cos, cosh, cumsum, custom, customOp, div, equal, erf, erfc, examples, exp, expand, expm1, flip, floor, foldKey, greater, greaterEqual, identity, isFinite, isLoop, isNaN, keyValue, less, lessEqual, log, log1p, logSoftmax, logSumExp, logicalAnd, logicalNot, logicalOr, logicalXor, matmul, max, maximum, mean, min, minimum, mul, neg, notEqual, oneHot, pad, pow, prod, randomBernoulli, randomBits, randomNormal, randomUniform, range, reciprocal, relu, repeat, reshape, roles, round, scan, scanOp, scatterAdd, sigmoid, sign, sin, sinh, slice, softmax, softplus, sqrt, square, stack, standardDeviation, step, stopGradient, sub, sum, sumTo, take, tan, tanh, transpose, variance, where

type Binary = ((x: Operand, y: Operand) => Value) & {
    readonly op: Op;
};

type CustomRule = 
{
    readonly jvp: (dx: readonly Value[], x: readonly Value[], y: Value) => Operand;
}
 | {
    readonly vjp: (yBar: Value, x: readonly Value[], y: Value) => readonly Operand[];
};

interface Example extends Sampling {
    readonly op: Op;
    readonly shapes: readonly Shape[];
    readonly call: (...inputs: Value[]) => Value;
}

interface Loop {
    readonly body: Closure;
    readonly constants: number;
    readonly carries: number;
    readonly length: number;
    readonly backwards: boolean;
}

type Over = Reduction | number | readonly number[];

type Range = readonly [start: number, stop: number, step?: number] | number | null;

interface Reduction {
    readonly axis?: number | readonly number[];
    readonly keepAxes?: boolean;
}

interface ScanOptions {
    readonly length?: number;
    readonly reverse?: boolean;
}

type Unary = ((x: Operand) => Value) & {
    readonly op: Op;
};

const addOp: Op;

const castOp: Op;

const customOp: Op;

const examples: Example[];

const expand: ({ params, inputs }: Pick<Equation, "params" | "inputs">) => Value[];

const identity: (n: number) => Value;

const isLoop: ({ name }: Pick<Op, "name">) => boolean;

const keyValue: (key: Key | Value) => Value;

const repeat: <C, X, Y>(f: Body<C, X, Y>, init: C, xs: X, options?: ScanOptions) => Scanned<C, Y>;

function roles<T>(loop: Pick<Loop, "constants" | "carries">, all: readonly T[]): Roles<T>;

const scanOp: Op;

function sumTo(x: Operand, shape: Shape): Value;

// === gradus/transform: Check, CheckOptions, CompileOptions, DifferenceError, Given, JacobianOptions, Numbers, Plain, PlainGiven, checkGradients, compile, evaluate, grad, hessian, hvp, jacobian, jvp, programText, trace, valueAndGrad, vjp

// === gradus/solve: Band, BandOptions, Curve, Inference, LeastSquares, LeastSquaresOptions, MinimizeOptions, Minimum, Observations, leastSquares, minimize

// === gradus/nn: Activation, ActivationName, AnyLayer, BatchNormOptions, Context, DenseOptions, EmbeddedColumn, EmbeddingOptions, EmbeddingΘ, Initializer, InitializerName, Layer, LayerNormOptions, Link, Loss, LossName, LossRule, MlpOptions, MlpΘ, NormPlace, Passage, Rescaling, ReuseOptions, Reused, RunningStatistics, TrainedNumbers, activation, activations, areClassNumbers, batchNorm, central, chain, crossEntropy, crossEntropyOfProbabilities, dense, dropout, elementwise, elu, embedding, forward, gaussian, gaussianNoise, gelu, geluTanh, glorotNormal, glorotUniform, hardSigmoid, heNormal, heUniform, head, hinge, huber, huberLoss, identity, initialStateOf, initializers, klDivergence, labelSmoothing, layerNorm, leakyRelu, lecunNormal, lecunUniform, logCosh, logisticLoss, logisticLossOfProbabilities, loss, losses, lossesFor, matching, meanAbsoluteError, meanPerRow, meanSquaredError, mish, mlp, orthogonal, poisson, predicting, quantile, quantileLoss, relu, reuse, selu, shareOfOne, sigmoid, silu, snake, softmax, softplus, softsign, standardNormal, tanh, zeros

interface AnyLayer {
    readonly name: string;
    readonly init: (key: Key) => unknown;
    readonly apply: (θ: never, x: Value, context?: Context) => Value;
    readonly initialState?: () => unknown;
    readonly forward?: (θ: never, x: Value, context?: Context) => Passage;
    readonly layers?: readonly AnyLayer[];
    readonly activation?: Activation;
}

interface DenseOptions {
    readonly inputs: number;
    readonly outputs: number;
    readonly init?: Initializer | InitializerName;
    readonly bias?: boolean;
}

interface EmbeddingOptions {
    readonly inputs: number;
    readonly columns: readonly EmbeddedColumn[];
}

type EmbeddingΘ = Readonly<Record<string, Tensor>>;

type Link = "identity" | "sigmoid" | "softmax" | "exp" | "gaussian" | "sorted";

interface LossRule {
    readonly label: string;
    readonly link?: Link;
    readonly predict?: (z: Value) => Value;
    readonly heads?: readonly string[];
    readonly central?: number;
    readonly boundary?: number;
    readonly tasks: readonly Task[];
    readonly range?: readonly [least: number, most: number];
    readonly rows: (prediction: Value, target: Value) => Value;
}

type MlpΘ = readonly ({
    W: Tensor;
    b: Tensor;
} | {
    W: Tensor;
} | Rescaling | Record<never, never>)[];

type NormPlace = "before" | "after";

interface Passage {
    readonly y: Value;
    readonly state: unknown;
    readonly inside?: readonly {
        readonly x: Value;
        readonly y: Value;
    }[];
}

interface Rescaling {
    readonly scale: Tensor;
    readonly shift: Tensor;
}

interface RunningStatistics {
    readonly mean: Tensor;
    readonly variance: Tensor;
}

const areClassNumbers: (z: {
    readonly shape: Shape;
}, t: {
    readonly shape: Shape;
}) => boolean;

const central: (loss: Pick<Loss, "heads" | "central">, p: Value) => Value;

function elementwise(rule: Omit<LossRule, "rows"> & {
    readonly each: (y: Value, t: Value) => Value;
}): Loss;

const forward: ({ apply, forward }: AnyLayer, θ: unknown, x: Value, context: Context) => Passage;

function head({ heads }: Pick<Loss, "heads">, z: Value, i: number): Value;

const identity: Activation;

const initialStateOf: ({ initialState }: AnyLayer) => unknown;

const lossesFor: (task: Task) => string[];

function matching(name: string, y: Value, t: Value): Value;

const meanPerRow: (each: Value) => Value;

const predicting: Context;

const shareOfOne: readonly [0, 1];

const zeros: Initializer;

// === gradus/optim: AdamOptions, Asking, Course, Damped, Ending, Evaluation, Inquiry, Layout, LevenbergMarquardt, LevenbergMarquardtOptions, Linear, LionOptions, Memory, Method, Moment, Optimizer, OptimizerName, PlateauOptions, Point, Progress, QuasiNewton, QuasiNewtonOptions, Rate, Reacting, Reaction, Reason, Region, RegionTolerances, Rule, Schedule, ScheduleName, Sketch, Span, Stepper, Tolerances, Transform, Wanted, WholeBatch, adadelta, adagrad, adagradMomentum, adam, adamw, advance, amsgrad, begun, bfgs, bfgsMethod, chainRules, clipByGlobalNorm, clipByNorm, clipByValue, conjugateStep, constant, cosine, dampedStep, exponential, fromProducts, fromRows, greatest, improve, initialState, inverseProduct, inverseTime, isWeight, isWholeBatch, layerRates, layoutOf, lbfgs, lbfgsMethod, levenbergMarquardt, lion, maxNorm, momentum, nadam, nesterov, oneCycle, optimizers, polynomial, radam, rateAt, ratesOf, reduceOnPlateau, rmsprop, schedules, sgd, started, stepDecay, update, warmup, weightDecay

type Asking<T> = Generator<Vector, T, Evaluation>;

interface Damped {
    readonly step: Vector;
    readonly solve: (v: Vector) => Vector;
}

type Ending = 
"gradient"
 | "decrease"
 | "step"
 | "precision"
 | "iterations";

interface Evaluation {
    readonly value: number;
    readonly gradient: Vector;
}

type Inquiry<T> = Generator<Wanted, T, unknown>;

interface Layout {
    readonly start: Float64Array;
    readonly vector: (tree: unknown) => Float64Array;
    readonly traced: (v: Value, still?: readonly Value[]) => unknown;
    readonly still: readonly Tensor[];
    readonly plain: (v: Float64Array) => unknown;
    readonly weights: Float64Array;
}

interface Linear {
    readonly squares: number;
    readonly gradient: Vector;
    readonly norms: Vector;
    readonly image: (p: Vector) => number;
    readonly damped: (μ: number, D: Vector) => Damped | null;
}

type Memory = Readonly<Record<string, Vector>>;

interface Method<M extends Memory = Memory> {
    readonly name: "lbfgs" | "bfgs";
    start(parameters: number): M;
    direction(memory: M, gradient: Vector): Vector;
    remember(memory: M, s: Vector, y: Vector): M;
    readonly scaled: boolean;
    readonly conditions: Pick<Wolfe, "decrease" | "curvature">;
    readonly tolerances: Tolerances;
}

interface Moment {
    readonly t: Value;
    readonly η: Value;
    readonly θ: Value;
    readonly decays: boolean;
}

interface Point extends Evaluation {
    readonly x: Vector;
}

interface Progress<M extends Memory = Memory> {
    readonly at: Point;
    readonly memory: M;
    readonly steps: number;
    readonly gain: number;
}

interface Rate {
    readonly learningRate?: number | Schedule;
}

interface Reacting {
    readonly start: Reaction;
    readonly after: (before: Reaction, loss: number) => Reaction;
}

interface Reaction {
    readonly level: number;
    readonly best: number;
    readonly waited: number;
    readonly cooling: number;
}

type Reason = 
"gradient"
 | "decrease"
 | "precision"
 | "iterations";

interface Region {
    readonly x: Vector;
    readonly squares: number;
    readonly radius: number;
    readonly μ: number;
    readonly scales: Vector;
    readonly long: number;
}

interface RegionTolerances {
    readonly gradient: number;
    readonly decrease: number;
    readonly step: number;
    readonly magnitude: number;
}

interface Rule<S> {
    readonly name: string;
    readonly init: (θ: Tensor) => S;
    update(g: Value, state: Lifted<S>, at: Moment): readonly [Δ: Value, state: Lifted<S>];
}

type Sketch = Pick<Linear, "squares" | "gradient">;

type Stepper<L extends Sketch> = (linear: L, region: Pick<Region, "radius" | "μ" | "scales">) => Inquiry<Step>;

interface Tolerances {
    readonly gradient: number;
    readonly decrease: number;
}

type Wanted = {
    readonly want: "squares";
    readonly x: Vector;
} | {
    readonly want: "linear";
    readonly x: Vector;
} | {
    readonly want: "product";
    readonly v: Vector;
};

function advance<M extends Memory>(method: Method<M>, progress: Progress<M>, roundoff: number): Asking<Advance<M>>;

const begun: <M extends Memory>(method: Method<M>, at: Point) => Progress<M>;

const bfgsMethod: (options?: QuasiNewtonOptions) => Method<Inverse>;

function conjugateStep({ gradient }: Sketch, { radius: Δ }: Pick<Region, "radius">): Inquiry<Step>;

function dampedStep(linear: Linear, { radius: Δ, μ: guess, scales: D }: Parameters<Stepper<Linear>>[1]): Inquiry<Step>;

function fromProducts(A: Vector, gradient: Vector, squares: number): Linear;

function fromRows(J: Vector, r: Vector): Linear;

function greatest(a: Vector): number;

function improve<L extends Sketch & Partial<Linear>>(before: Region, step: Stepper<L>, tolerances: RegionTolerances): Inquiry<{
    readonly region: Region;
    readonly reason: Ending | null;
}>;

function initialState<S>(optimizer: Optimizer<S>, parameters: unknown): S[];

function inverseProduct({ damped, norms }: Linear): Vector | null;

const isWeight: ({ shape }: {
    readonly shape: readonly number[];
}) => boolean;

const isWholeBatch: (optimizer: Optimizer | WholeBatch) => optimizer is WholeBatch;

function layoutOf(tree: unknown, moves?: (leaf: number) => boolean): Layout;

function lbfgsMethod(options?: QuasiNewtonOptions & {
    readonly memory?: number;
}): Method<Pairs>;

const rateAt: ({ learningRate }: Optimizer, t: Value, course: Course) => Value;

function ratesOf<T>({ rates }: Pick<Optimizer, "rates">, tree: unknown, isLeaf: (x: unknown) => x is T): number[];

const started: (x: Vector) => Region;

function update<Θ, S>(optimizer: Optimizer<S>, { θ, gradient, state }: {
    readonly θ: Θ;
    readonly gradient: Θ;
    readonly state: readonly Lifted<S>[];
}, { t, η }: Pick<Moment, "t" | "η">): [θ: Θ, state: Lifted<S>[]];

// === gradus/training: Best, CalibrationBin, Change, Checkpoint, CheckpointOptions, ClassOutcomes, ClassWeights, Costs, CurveOptions, Divergence, EarlyStopping, EpochRow, Evidence, Failure, Figures, Finding, FindingKind, FitResult, Histogram, LabelOutcomes, LayerRecord, LearningRateOptions, LearningRateSearch, Learnt, LossLike, Measure, Metric, MetricName, NumberOutcomes, Objective, Outcomes, Pair, Part, PlainClasses, PlainLabels, PlainNumbers, PrecisionRecallCurve, PredictOptions, Predicted, RocCurve, RowMetric, Rows, Series, Settings, Severity, Sink, Source, Threads, Threshold, ThresholdRule, TrainOptions, TrainingEnd, TrainingRow, Watch, accuracy, averagePrecision, averagePrecisionWeighted, balancedAccuracy, brier, byClass, bySeverity, calibrationCurve, calibrationError, checkDecides, checkedThreads, chooseThreshold, classOutcomes, classWeightsOf, confusionMatrix, epochs, evaluator, exactMatch, explainedVariance, f1, f1Macro, f1Micro, f1Weighted, figuresOf, findLearningRate, findingsOf, fit, judging, labelOutcomes, learningRateFor, likeliest, logLoss, mae, matthews, maxError, measuredBeside, medianAbsoluteError, metricNamed, metrics, metricsFor, metricsOf, mostThreads, mse, numberOutcomes, outcomesOf, poissonDeviance, precision, precisionMacro, precisionMicro, precisionRecallCurve, precisionWeighted, predictedUnder, predictor, r2, recall, recallMacro, recallMicro, recallWeighted, rmse, rocAuc, rocAucWeighted, rocCurve, startOf, thresholdOf, topK, train, trainingProgram, weighted, weightsOf

interface Checkpoint {
    readonly generation: number;
    readonly epoch: number;
    readonly first: number | null;
    readonly seconds: number;
    readonly standing?: Standing;
    readonly identity: Identity;
    readonly history: readonly EpochRow[];
    readonly tensors: Readonly<Record<string, Tensor>>;
}

type ClassWeights = "balanced" | readonly number[];

interface Failure {
    readonly epoch: number;
    readonly step: number;
    readonly culprit: string;
}

interface Figures {
    readonly loss: number;
    readonly penalty: number;
    readonly metrics: Readonly<Record<string, number>>;
}

interface Learnt<Θ = unknown> {
    readonly θ: Θ;
    readonly running: unknown;
}

type LossLike = LossName | ((prediction: Value, target: Value) => Value);

interface Objective<Θ> {
    readonly model: Layer<Θ>;
    readonly loss: Loss;
    readonly threshold?: number;
    readonly optimizer: Optimizer | WholeBatch;
    readonly metrics: readonly RowMetric[];
    readonly l1: number;
    readonly l2: number;
    readonly epochs: number;
}

interface Pair {
    readonly train: number;
    readonly validation: number | null;
}

interface Part<T = Tensor> {
    readonly x: T;
    readonly y: T;
    readonly weights?: T;
    readonly counts?: T;
}

interface Predicted {
    readonly task: Task;
    readonly targets: Tensor;
    readonly output: Tensor;
    readonly link: Link;
    readonly probable: boolean;
    readonly raw: Tensor;
    readonly threshold: number;
    readonly weights?: Float64Array;
    readonly unit?: {
        readonly shift: number;
        readonly scale: number;
    };
}

interface RowMetric {
    readonly name: string;
    readonly rows: (prediction: Value, target: Value, boundary: number) => Value;
    readonly finish?: (mean: number, spread: number) => number;
    readonly unit: 0 | 1 | 2;
    readonly better: "high" | "low";
}

interface Settings {
    readonly loss: Loss;
    readonly task: Task;
    readonly optimizer: Optimizer | WholeBatch;
    readonly metrics: readonly RowMetric[];
    readonly measured: readonly Metric[];
    readonly unit?: {
        readonly shift: number;
        readonly scale: number;
    };
    readonly epochs: number;
    readonly batchSize: number;
    readonly l1: number;
    readonly l2: number;
    readonly seed: number;
    readonly record: boolean;
    readonly earlyStopping: EarlyStopping | number | null;
    readonly checkpoint: CheckpointOptions | null;
    readonly engine: Engine;
}

type Threads = number | "auto";

interface TrainingEnd<Θ> {
    readonly parameters: Θ;
    readonly state: unknown;
    readonly stopped: "epochs" | "early" | "converged" | "interrupted";
    readonly best: Best | null;
    readonly earlier: readonly EpochRow[];
    readonly steps: number;
    readonly threads: number;
    readonly seconds: {
        readonly compile: number;
        readonly training: number;
    };
}

interface Watch extends Required<EarlyStopping> {
    readonly part: keyof Pair;
    readonly better: RowMetric["better"];
}

function byClass(part: Part, classWeights: readonly number[]): Part;

const bySeverity: (findings: readonly Finding[]) => Finding[];

function checkDecides(task: Task): void;

function checkedThreads(threads?: Threads, where?: string): Threads;

function classWeightsOf(given: ClassWeights, { task, classes }: {
    readonly task: Task;
    readonly classes: number;
}, targets: Tensor): readonly number[];

function epochs<Θ>(training: Training<Θ>): AsyncGenerator<TrainingRow<Θ>, TrainingEnd<Θ>, void>;

function evaluator<Θ>(objective: Objective<Θ>, example: Learnt<Θ>, part: Part, engine: Engine): (learnt: Learnt<Θ>) => Figures;

const figuresOf: (own: readonly RowMetric[], measured: readonly Metric[]) => Pick<RowMetric, "name" | "better">[];

function findingsOf(history: readonly EpochRow[], { task, targets, weighted, unit }: Judged): Finding[];

function judging<Θ>(objective: Objective<Θ>, example: Learnt<Θ>, data: Part, engine: Engine, asked: Asked): (learnt: Learnt<Θ>) => Metrics;

function learningRateFor<Θ>(training: Sweepable<Θ>, wanted: Partial<SweepSpan>, signal?: AbortSignal): Promise<LearningRateSearch>;

function likeliest(data: ArrayLike<number>, start: number, columns: number): number;

function measuredBeside(own: readonly RowMetric[], wanted: readonly Metric[]): Metric[];

const metricsOf: Readonly<Record<Task, readonly RowMetric[]>>;

const mostThreads = 64;

function outcomesOf(predicted: Predicted): Outcomes | null;

const predictedUnder: (deciding: Deciding) => Pick<Predicted, "link" | "probable" | "threshold">;

function predictor<Θ>(objective: Pick<Objective<Θ>, "model" | "loss" | "threshold">, { task, engine }: Pick<Settings, "task" | "engine">, learnt: Learnt<Θ>): (x: Tensor, options?: PredictOptions) => Tensor;

const startOf: <Θ>(model: Layer<Θ>, { seed, parameters, state }: {
    readonly seed: number;
    readonly parameters?: Θ;
    readonly state?: unknown;
}) => Learnt<Θ>;

const thresholdOf: ({ loss, threshold }: {
    readonly loss: Loss;
    readonly threshold?: number;
}) => number;

const weighted: (part: Pick<Part, "x" | "y">, weights: Tensor | null) => Part;

function weightsOf(where: string, weights: PlainData | undefined, rows: number): Float64Array;

// === gradus/data: Column, ColumnData, Dataset, DatasetName, EncodeOptions, Encoded, EncodedInputs, Encoding, EncodingOptions, Expansion, ExpansionOptions, FourierOptions, Fractions, GenerateOptions, InputEncoding, MissingPolicy, NumberColumn, NumberValues, PolynomialOptions, RowSplit, ScaleKind, Scaler, ScalerData, SourceSplit, SourceSplitOptions, SplitOptions, Table, TableSplit, TargetEncoding, TaskChoice, TextColumn, UnseenPolicy, census, checkAnyValue, checkFilled, checkFinite, checkWeights, chooseTask, column, columnNames, completeRows, copies, dataset, datasets, dropColumns, encode, encodeInputs, expansionFrom, fitEncoding, fitScaler, fourierFeatures, hashTable, inferTask, minMax, missingCounts, missingPolicies, namesFrom, namesOf, outputsOf, polynomialFeatures, robust, scaleKinds, scalerFrom, split, splitRows, splitSources, standardize, tableFrom, takeRows, targetColumn, targetNames, widthOf, written

type Column = NumberColumn | TextColumn;

type ColumnData = NumberValues | readonly (number | null)[] | readonly (string | null)[];

interface EncodeOptions {
    readonly precision?: "f64" | "f32";
}

interface EncodedInputs extends Features {
    readonly rows: Int32Array;
}

type Expansion = {
    readonly kind: "polynomial";
    readonly degree: number;
    readonly scaler: ScalerData;
} | {
    readonly kind: "fourier";
    readonly count: number;
    readonly lengthScale: number;
    readonly seed: number;
};

type ExpansionOptions = {
    readonly kind: "polynomial" ;
    readonly degree: number;
} | {
    readonly kind: "fourier";
    readonly count: number;
    readonly lengthScale?: number;
    readonly seed?: number;
};

interface FourierOptions {
    readonly count: number;
    readonly lengthScale?: number;
    readonly seed?: number;
}

interface Fractions {
    readonly test?: number;
    readonly validation?: number;
    readonly seed?: number;
}

interface GenerateOptions {
    readonly size?: number;
    readonly noise?: number;
    readonly seed?: number;
}

type InputEncoding = NumberInput | TextInput | BooleanInput | LevelInput;

type MissingPolicy = "error" | "drop" | "mean" | "median" | "indicator";

interface NumberColumn {
    readonly name: string;
    readonly kind: "number";
    readonly values: NumberValues;
    readonly integer?: boolean;
    readonly date?: boolean;
}

type NumberValues = Float64Array | Float32Array | Int32Array | Uint8Array;

interface PolynomialOptions {
    readonly degree: number;
    readonly bias?: boolean;
    readonly names?: readonly string[];
}

interface RowSplit {
    readonly training: Int32Array;
    readonly validation: Int32Array;
    readonly test: Int32Array;
}

type ScaleKind = "standard" | "minmax" | "robust" | "none";

interface ScalerData {
    readonly kind: ScaleKind;
    readonly shift: readonly number[];
    readonly scale: readonly number[];
}

interface SourceSplit {
    readonly training: Table;
    readonly trainDev: Table;
    readonly validation: Table;
    readonly test: Table;
}

interface SourceSplitOptions extends Omit<SplitOptions, "validation" | "test"> {
    readonly trainDev?: number;
    readonly test?: number;
}

interface TableSplit {
    readonly training: Table;
    readonly validation: Table;
    readonly test: Table;
    readonly rows: RowSplit;
}

type TargetEncoding = 
{
    readonly kind: "classes";
    readonly column: string;
    readonly classes: readonly string[];
}
 | {
    readonly kind: "number";
    readonly column: string;
    readonly mean: number;
    readonly deviation: number;
}
 | {
    readonly kind: "numbers";
    readonly columns: readonly string[];
    readonly shift: readonly number[];
    readonly scale: readonly number[];
}
 | {
    readonly kind: "labels";
    readonly columns: readonly string[];
    readonly classes: readonly (readonly string[])[];
};

interface TaskChoice {
    readonly task: Task;
    readonly reason: string;
}

interface TextColumn {
    readonly name: string;
    readonly kind: "text";
    readonly codes: Int32Array;
    readonly levels: readonly string[];
}

type UnseenPolicy = "zero" | "error";

function census(column: Column): Census;

function checkAnyValue(table: Table): void;

function checkFilled(table: Table, { missing, targets }: MissingRule): void;

function checkFinite(table: Table): void;

function checkWeights(table: Table, name: string): ArrayLike<number>;

const columnNames: (table: Table) => string[];

function completeRows(table: Table, missing: MissingPolicy): Int32Array;

function copies(training: Table, parts: readonly Table[], columns: readonly string[]): number[];

function dropColumns(table: Table, names: readonly string[]): Table;

function expansionFrom(text: string): ExpansionOptions;

function fitScaler(kind: ScaleKind, x: Tensor): Scaler;

function hashTable(table: Table): string;

function missingCounts(table: Table): {
    readonly column: string;
    readonly missing: number;
}[];

const missingPolicies: readonly MissingPolicy[];

const namesFrom: (target: string | readonly string[]) => readonly string[];

function namesOf(input: InputEncoding): string[];

function outputsOf(target: TargetEncoding, task: Task): number;

const scaleKinds: readonly ScaleKind[];

function targetColumn(table: Table, name: string): Column;

const targetNames: (target: TargetEncoding) => readonly string[];

function widthOf(input: InputEncoding): number;

function written(column: Column, row: number): string;

// === gradus/report: diagramSvg, diagramText, errorCurveSvg, errorPlot

const diagramSvg: (diagram: Diagram) => string;

function diagramText(diagram: Diagram): string;

const errorCurveSvg: (errors: Errors) => string;

function errorPlot(curve: Trust["differences"]): string;
