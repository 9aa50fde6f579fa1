// The smallest networks, with derivatives written by hand: one linear neuron fitted by gradient descent, and 1-1-1 with
// the equations of back-propagation beside automatic differentiation.
//
//   npx gradus examples neuron        or: node examples/neuron.ts

import {
  add,
  compile,
  evaluate,
  key,
  mean,
  mul,
  randomNormal,
  randomUniform,
  sigmoid,
  square,
  sub,
  type Tensor,
  type Value,
  valueAndGrad,
} from "gradus";

interface Options {
  readonly seed?: number;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

export default function neuron(options: Options = {}): void {
  const { seed = 0, print = console.log, show = console.table, plot = () => {} } = options;
  linear({ seed, print, show, plot });
  twoLayers({ seed, print, show });
}

/** y = w·x + b on 100 noisy points of 4 + 3x: gradient descent, towards the solution of the normal equations. */
function linear({ seed, print, show, plot }: Required<Options>): void {
  const [n, η] = [100, 0.1];
  const x = evaluate(mul(2, randomUniform(key(seed), [n]))) as Tensor;
  const noise = evaluate(randomNormal(key(seed + 1), [n])) as Tensor;
  const t = Float64Array.from(x.data, (each, i) => 4 + 3 * each + noise.data[i]!);
  const loss = ({ w, b }: { w: Value; b: Value }): Value => mean(square(sub(add(mul(w, x), b), t)));
  const step = compile(valueAndGrad(loss), { reproducible: true });
  const best = leastSquares(x.data, t);

  print(`one linear neuron y = w·x + b, ${n} points of 4 + 3x + N(0, 1), gradient descent`);
  print(`with η = ${η}`);
  let θ = { w: 0, b: 0 };
  const rows: object[] = [];
  const points: object[] = [];
  for (let k = 0; k <= 500; k++) {
    const [C, gradient] = step(θ);
    const g = gradient as Line; // of numbers, so numbers
    const byHand = slopes(θ, x.data, t);
    const off = Math.max(Math.abs(g.w - byHand.w), Math.abs(g.b - byHand.b));
    const distance = Math.hypot(θ.w - best.w, θ.b - best.b);
    if ([0, 1, 10, 50, 100, 200, 500].includes(k)) rows.push({ step: k, ...θ, loss: C, "by hand − automatic": off });
    if (k % 5 === 0) points.push({ step: k, distance });
    θ = { w: θ.w - η * g.w, b: θ.b - η * g.b };
  }
  show(rows);
  print(`normal equations: w = ${best.w.toFixed(4)}, b = ${best.b.toFixed(4)}\n`);
  plot(points, { title: "Distance of (w, b) from the solution", x: "step", y: "distance", log: ["y"] });
}

interface Line {
  readonly w: number;
  readonly b: number;
}

/** ∂C/∂w = 2/n Σ (w·x + b − t)·x and ∂C/∂b = 2/n Σ (w·x + b − t), for C = 1/n Σ (w·x + b − t)². */
function slopes({ w, b }: Line, x: ArrayLike<number>, t: Float64Array): Line {
  const r = Array.from(t, (each, i) => w * x[i]! + b - each);
  const scale = 2 / t.length;
  return {
    w: scale * r.reduce((sum, each, i) => sum + each * x[i]!, 0),
    b: scale * r.reduce((sum, each) => sum + each, 0),
  };
}

/** The line of least squares: w = cov(x, t)/var(x), b = t̄ − w·x̄. */
function leastSquares(x: ArrayLike<number>, t: Float64Array): Line {
  const average = (f: (i: number) => number): number =>
    Array.from(t, (_, i) => f(i)).reduce((a, b) => a + b) / t.length;
  const [x̄, t̄] = [average((i) => x[i]!), average((i) => t[i]!)];
  const w = average((i) => (x[i]! - x̄) * (t[i]! - t̄)) / average((i) => (x[i]! - x̄) ** 2);
  return { w, b: t̄ - w * x̄ };
}

/** a₁ = σ(w₁x + b₁), a₂ = σ(w₂a₁ + b₂), C = ½ (a₂ − t)², at one point. */
function twoLayers({ seed, print, show }: Pick<Required<Options>, "seed" | "print" | "show">): void {
  const [w1, b1, w2, b2] = Array.from((evaluate(randomNormal(key(seed + 2), [4])) as Tensor).data) as number[] as [
    number,
    number,
    number,
    number,
  ];
  const [x, t] = [0.5, 1];
  type Parameters<T> = { readonly w1: T; readonly b1: T; readonly w2: T; readonly b2: T };
  const C = ({ w1, b1, w2, b2 }: Parameters<Value>): Value => {
    const a1 = sigmoid(add(mul(w1, x), b1));
    const a2 = sigmoid(add(mul(w2, a1), b2));
    return mul(0.5, square(sub(a2, t)));
  };
  const [, gradient] = compile(valueAndGrad(C), { reproducible: true })({ w1, b1, w2, b2 });
  const automatic = gradient as Parameters<number>;

  const σ = (z: number): number => 1 / (1 + Math.exp(-z));
  const a1 = σ(w1 * x + b1);
  const a2 = σ(w2 * a1 + b2);
  const δ2 = (a2 - t) * a2 * (1 - a2);
  const δ1 = δ2 * w2 * a1 * (1 - a1);
  const byHand = { w1: δ1 * x, b1: δ1, w2: δ2 * a1, b2: δ2 };
  // The slide has a₁ in the place of w₂ in ∂C/∂w₁, and in ∂C/∂b₁ no w₂ at all.
  const slide = { w1: δ2 * a1 * a1 * (1 - a1) * x, b1: δ2 * a1 * (1 - a1), w2: byHand.w2, b2: byHand.b2 };

  print(`1-1-1, sigmoid, C = ½ (a₂ − t)² at x = ${x}, t = ${t}:`);
  print("δ₂ = (a₂ − t)·σ′(z₂), δ₁ = δ₂·w₂·σ′(z₁)");
  const names = ["w1", "b1", "w2", "b2"] as const;
  const formulas = { w1: "δ₁·x", b1: "δ₁", w2: "δ₂·a₁", b2: "δ₂" };
  show(
    names.map((name) => ({
      derivative: `∂C/∂${name} = ${formulas[name]}`,
      "by hand": byHand[name],
      automatic: automatic[name],
      difference: Math.abs(byHand[name] - automatic[name]),
      "as on the slide": slide[name],
    })),
  );
}

if (import.meta.filename === process.argv[1]) neuron();
