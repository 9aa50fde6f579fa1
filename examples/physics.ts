// Equations of physics solved by a network: the derivatives that stand in the equation are those of the network with respect to
// its input, and the loss is how far the equation is from being fulfilled. No solution is shown to the network.
//
//   npx gradus examples physics        or: node examples/physics.ts

import { add, compile, div, jvp, key, minimize, mlp, mul, sin, slice, square, Tensor, type Value } from "gradus";

interface Options {
  readonly seed?: number;
  /** Fewer steps. */
  readonly quick?: boolean;
  readonly print?: (text: string) => void;
  readonly show?: (rows: readonly object[]) => void;
  readonly plot?: (rows: readonly object[], description: object) => void;
}

export default async function physics(options: Options = {}): Promise<void> {
  const { seed = 0, quick = false, print = console.log, show = console.table, plot = () => {} } = options;
  oscillator({ seed, steps: quick ? 300 : 3000, print, show, plot });
  print("");
  poisson({ seed, steps: quick ? 100 : 600, print, show, plot });
}

type Work = Required<Omit<Options, "quick">> & { readonly steps: number };

type Field = (x: Value) => Value;

/** The derivative of a field along a direction, as a field: applied twice it gives the second derivative. */
const along =
  (u: Field, direction: Value): Field =>
  (x) =>
    jvp(u)(x, direction)[1];

/** u″ + 2γ u′ + ω² u = 0 with u(0) = 1 and u′(0) = 0: a damped oscillator, for two and a half periods. */
function oscillator({ seed, steps, print, show, plot }: Work): void {
  const [γ, ω, end, points] = [0.2, 2, 8, 160];
  const network = mlp({ inputs: 1, hidden: [20, 20], outputs: 1, activation: sin });
  const start = network.init(key(seed));
  // 1 + t²/(1 + t²)·N(t) fulfils both conditions at the start, whatever the network says.
  const u = (θ: never, t: Value): Value =>
    add(1, mul(div(square(t), add(1, square(t))), network.apply(θ, add(t, -end / 2))));
  const loss = (θ: never, t: Value, dt: Value): Value => {
    const velocity = along((x) => u(θ, x), dt);
    const acceleration = along(velocity, dt);
    return square(add(acceleration(t), add(mul(2 * γ, velocity(t)), mul(ω * ω, u(θ, t))))).mean();
  };

  print(`u″ + ${2 * γ} u′ + ${ω * ω} u = 0, u(0) = 1, u′(0) = 0 on [0, ${end}]: network 1-20-20-1,`);
  print(`${points} points`);
  const t = table(points, 1, (i) => ((i + 0.5) * end) / points);
  const dt = table(points, 1, () => 1);
  const found = minimize((θ) => loss(θ as never, add(0, t), add(0, dt)), start, {
    iterations: steps,
    gradientTolerance: 0,
    reproducible: true,
  });

  const ν = Math.sqrt(ω * ω - γ * γ);
  const exact = (t: number): number => Math.exp(-γ * t) * (Math.cos(ν * t) + (γ / ν) * Math.sin(ν * t));
  const between = table(401, 1, (i) => (i * end) / 400);
  const values = compile((t: Value) => u(found.x as never, t), { reproducible: true })(between) as Tensor;
  print(`after ${found.iterations} steps of L-BFGS: loss ${found.value.toExponential(1)}`);
  print(`max error: ${greatestError(values, between, ([t]) => exact(t!)).toExponential(1)}`);
  const solutions = Array.from(values.data, (network, i) => ({
    ...{ t: between.data[i]!, network, exact: exact(between.data[i]!) },
  }));
  show(solutions.filter((_, i) => i % 50 === 0).map((row) => ({ ...row, error: Math.abs(row.network - row.exact) })));
  plot(
    solutions.flatMap(({ t, network, exact }) => [
      { t, u: network, solution: "network" },
      { t, u: exact, solution: "exact" },
    ]),
    { title: "Damped oscillator", x: "t", y: "u", series: "solution" },
  );
}

/** −∂²u/∂x² − ∂²u/∂y² = 2π² sin πx sin πy on the unit square, u = 0 along its edges: Poisson's equation. */
function poisson({ seed, steps, print }: Work): void {
  const side = 16;
  const network = mlp({ inputs: 2, hidden: [20, 20], outputs: 1, activation: sin });
  const start = network.init(key(seed));
  const part = (p: Value, k: number): Value =>
    slice(p, [
      [0, p.shape[0]!],
      [k, k + 1],
    ]);
  const bump = (x: Value): Value => mul(x, add(1, mul(-1, x)));
  // x(1 − x)·y(1 − y)·N(x, y) vanishes along the edges, whatever the network says.
  const u = (θ: never, p: Value): Value => mul(mul(bump(part(p, 0)), bump(part(p, 1))), network.apply(θ, p));
  const source = (p: Value): Value =>
    mul(2 * Math.PI ** 2, mul(sin(mul(Math.PI, part(p, 0))), sin(mul(Math.PI, part(p, 1)))));
  const loss = (θ: never, p: Value, dx: Value, dy: Value): Value => {
    const [first, second] = [dx, dy].map((d) =>
      along(
        along((q) => u(θ, q), d),
        d,
      )(p),
    ) as [Value, Value];
    return square(add(add(first, second), source(p))).mean();
  };

  print("−Δu = 2π² sin πx sin πy on the unit square, u = 0 at its edge: network");
  print(`2-20-20-1, ${side}² points`);
  const points = table(side * side, 2, (i, k) => ((k === 0 ? i % side : Math.floor(i / side)) + 0.5) / side);
  const [dx, dy] = [table(side * side, 2, (_, k) => 1 - k), table(side * side, 2, (_, k) => k)];
  const found = minimize((θ) => loss(θ as never, add(0, points), add(0, dx), add(0, dy)), start, {
    iterations: steps,
    gradientTolerance: 0,
    reproducible: true,
  });

  const exact = ([x, y]: readonly number[]): number => Math.sin(Math.PI * x!) * Math.sin(Math.PI * y!);
  const between = table(41 * 41, 2, (i, k) => (k === 0 ? i % 41 : Math.floor(i / 41)) / 40);
  const values = compile((p: Value) => u(found.x as never, p), { reproducible: true })(between) as Tensor;
  print(`after ${found.iterations} steps of L-BFGS: loss ${found.value.toExponential(1)}`);
  print(`max error: ${greatestError(values, between, exact).toExponential(1)}`);
}

/** Numbers in rows, by row and column. */
const table = (rows: number, columns: number, f: (i: number, k: number) => number): Tensor =>
  new Tensor(
    [rows, columns],
    Float64Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns)),
  );

/** The greatest distance between what the network says and the exact solution, where it was not trained. */
function greatestError(values: Tensor, at: Tensor, exact: (point: readonly number[]) => number): number {
  const columns = at.shape[1]!;
  const error = (value: number, i: number): number =>
    Math.abs(value - exact(Array.from(at.data.slice(i * columns, (i + 1) * columns))));
  return Math.max(...Array.from(values.data, error));
}

if (import.meta.filename === process.argv[1]) await physics();
