export type { Band, BandOptions, Curve, Inference } from "./inference.ts";
export { type LeastSquares, type LeastSquaresOptions, leastSquares, type Observations } from "./leastsquares.ts";
export { type MinimizeOptions, type Minimum, minimize } from "./minimize.ts";
