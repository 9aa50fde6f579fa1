export { complexStep } from "./complex.ts";
export { type Formula, isVector, parseFormula, parseFormulas } from "./parse.ts";
export { type Symbolic, symbolic } from "./symbolic.ts";
