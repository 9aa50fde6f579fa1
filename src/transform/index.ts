import "../ops/methods.ts";

export { type CompileOptions, evaluate } from "./call.ts";
export { type Check, type CheckOptions, checkGradients } from "./check.ts";
export { compile } from "./compile.ts";
export type { DifferenceError } from "./curve.ts";
export { grad, hessian, hvp, type JacobianOptions, jacobian, jvp, valueAndGrad, vjp } from "./derivatives.ts";
export type { Given, Numbers, Plain, PlainGiven } from "./signatures.ts";
export { text as programText, trace } from "./trace.ts";
