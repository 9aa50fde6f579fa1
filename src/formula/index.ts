export { complexStep } from "./complex.ts";
export { type Formula, parseFormula } from "./parse.ts";
export { type Symbolic, symbolic } from "./symbolic.ts";
