// The lecture's two formulas, exp(x²) and √(x² + exp x²): their derivatives by hand, as a computer-algebra system gives
// them, beside automatic differentiation and beside differences; and what each mode of differentiation costs.
//
//   npx gradus examples derivatives        or: node examples/derivatives.ts

import { compile, exp, grad, sqrt, square, type Value } from "gradus";

interface Options {
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

interface Formula {
  readonly name: string;
  readonly f: (x: Value) => Value;
  /** The same in plain numbers, for differences. */
  readonly plain: (x: number) => number;
  readonly derivative: string;
  readonly byHand: (x: number) => number;
}

const formulas: readonly Formula[] = [
  {
    name: "exp(x²)",
    f: (x) => exp(square(x)),
    plain: (x) => Math.exp(x * x),
    derivative: "2x·exp(x²)",
    byHand: (x) => 2 * x * Math.exp(x * x),
  },
  {
    name: "√(x² + exp x²)",
    f: (x) => sqrt(square(x).add(exp(square(x)))),
    plain: (x) => Math.sqrt(x * x + Math.exp(x * x)),
    derivative: "x·(1 + exp x²)/√(x² + exp x²)",
    byHand: (x) => (x * (1 + Math.exp(x * x))) / Math.sqrt(x * x + Math.exp(x * x)),
  },
];

export default function derivatives(options: Options = {}): void {
  const { print = console.log, show = console.table, plot = () => {} } = options;
  const points: object[] = [];
  for (const { name, f, plain, derivative, byHand } of formulas) {
    print(`f = ${name}, f′ = ${derivative}`);
    const slope = compile(grad(f), { reproducible: true }) as (x: number) => number;
    const difference = (x: number, h: number): number => (plain(x + h) - plain(x - h)) / (2 * h);
    const off = (x: number, slope: number): number => Math.abs(slope - byHand(x)) / Math.abs(byHand(x));
    show(
      [-1.5, -0.3, 0.5, 1.5].map((x) => ({
        x,
        "f′ by hand": byHand(x),
        "automatic, off by": off(x, slope(x)),
        "difference 1e-5, off by": off(x, difference(x, 1e-5)),
      })),
    );
    for (let k = 1; k <= 14; k++)
      points.push({
        formula: `${name}, differences`,
        step: 10 ** -k,
        error: Math.max(off(1.5, difference(1.5, 10 ** -k)), 1e-17),
      });
    const automatic = Math.max(off(1.5, slope(1.5)), 1e-17);
    for (const step of [1e-14, 1e-1]) points.push({ formula: "both, automatic", step, error: automatic });
  }
  print("Off by: relative. Rounding alone is 1.1e-16 for each operation. Every step, what");
  print("computer algebra gives, and how many operations each way takes:");
  print('gradus explain "sqrt(x^2 + exp(x^2))" --at x=1.5');
  plot(points, {
    title: "Relative error of f′ at x = 1.5 by the step of a central difference",
    ...{ x: "step", y: "error", series: "formula", log: ["x", "y"] },
  });
}

if (import.meta.filename === process.argv[1]) derivatives();
