import "../ops/methods.ts";

export { type CompileOptions, evaluate, type Plain } from "./call.ts";
export { type Check, checkGradients } from "./check.ts";
export { compile } from "./compile.ts";
export { grad, hessian, hvp, type JacobianOptions, jacobian, jvp, valueAndGrad, vjp } from "./derivatives.ts";
export { text as programText, trace } from "./trace.ts";
