import { differentiate, pullback, pushforward, renamed } from "../../autodiff/index.ts";
import { Tensor } from "../../core/tensor.ts";
import { leaves, mapLeaves } from "../../core/tree.ts";
import type { Lifted } from "../../graph/lifted.ts";
import { constant, fill, isValue, type Value } from "../../graph/value.ts";
import { forward, initialStateOf } from "../../nn/index.ts";
import {
  add,
  broadcastTo,
  foldKey,
  matmul,
  mul,
  oneHot,
  reshape,
  scan,
  sqrt,
  square,
  sub,
  sum,
  transpose,
} from "../../ops/index.ts";
import type { Layout } from "../../optim/index.ts";
import { batchLoss, type Objective, type Part } from "../objective.ts";
import { bandsOf, batchesOf, chunks, remainder, type Traced, traced } from "../programs.ts";

/** What programs over all rows are given: parameters that move, those that do not, what layers keep, a key, the rows. */
export interface Whole<T> {
  readonly v: T;
  readonly still: readonly T[];
  readonly running: unknown;
  readonly key: T;
  readonly data: Part<T>;
}

/** Sums over rows, gathered part by part: trees of values of one form. */
type Sums = Readonly<Record<string, unknown>>;

interface Rows {
  readonly part: Part<Value>;
  readonly key: Value;
  readonly running: unknown;
  /** Share of all rows. */
  readonly share: number;
}

/**
 * Sums of a function over all rows: band by band, so that memory does not grow with them, but at once where layers keep
 * something, such as statistics of the batch.
 */
function overRows<Θ>(
  { model }: Objective<Θ>,
  { running, key, data }: Whole<Value>,
  f: (rows: Rows) => { readonly sums: Sums; readonly running: unknown },
): { readonly sums: Sums; readonly running: unknown } {
  const rows = data.x.shape[0]!;
  const keeps = leaves(initialStateOf(model), (x): x is Tensor => x instanceof Tensor).length > 0;
  const batches = keeps ? batchesOf(rows, rows) : bandsOf(rows);
  const { size, full, rest } = batches;
  if (full === 1 && rest === 0) return f({ part: data, key, running, share: 1 });
  const tail = rest === 0 ? null : (mapLeaves(data, isValue, (v) => remainder(v, batches)) as Part<Value>);
  const last = tail && f({ part: tail, key, running, share: rest / rows });
  const parts = mapLeaves(data, isValue, (v) => chunks(v, batches)) as Part<Value>;
  const first = last?.sums ?? f({ part: head(data, size), key, running, share: size / rows }).sums; // for its form
  const begin = {
    turn: new Tensor([], Int32Array.of(1)),
    sums: last?.sums ?? mapLeaves(first, isValue, (v) => fill(v as Value, 0)),
  };
  const [end] = scan(
    ({ turn, sums }: { turn: Value; sums: Sums }, part: Part<Value>) => {
      const more = f({ part, key: foldKey(key, turn), running, share: size / rows }).sums;
      const terms = leaves(more, isValue)[Symbol.iterator]();
      return [
        { turn: add(turn, 1), sums: mapLeaves(sums, isValue, (v) => add(v as Value, terms.next().value!)) },
        null,
      ];
    },
    begin as never,
    parts as never,
  ) as unknown as [{ sums: Sums }, null];
  return { sums: end.sums, running };
}

const head = (data: Part<Value>, size: number): Part<Value> =>
  mapLeaves(data, isValue, (v) => remainder(v as Value, { size, full: 0, rest: size })) as Part<Value>;

/** What is known of a point. */
export interface Loss<T> {
  /** Loss and penalty. */
  readonly value: T;
  /** Of the value; absent where it is not wanted. */
  readonly gradient?: T;
  readonly figures: { readonly loss: T; readonly penalty: T; readonly metrics: Readonly<Record<string, T>> };
  readonly running: unknown;
}

/** Loss, figures and, if it is wanted, the gradient over all rows. */
export const lossProgram = <Θ>(
  objective: Objective<Θ>,
  layout: Layout,
  example: Whole<Tensor>,
  wanted: "value" | "gradient",
): Traced<Loss<Tensor>> =>
  traced(example, (given: Whole<Value>) => {
    const { sums, running } = overRows(objective, given, ({ part, key, running: state, share }) => {
      const at = (v: Value) => batchLoss(objective, layout.traced(v, given.still) as Lifted<Θ>, part, { key, state });
      const found = wanted === "gradient" ? differentiate(at, given.v) : { ...at(given.v), gradient: null };
      const { loss, penalty, metrics } = found.aux.figures;
      const mean = { value: found.value, loss, penalty, ...(found.gradient && { gradient: found.gradient }) };
      const scaled = Object.fromEntries(Object.entries(mean).map(([name, x]) => [name, mul(share, x)]));
      return { sums: { mean: scaled, metrics }, running: found.aux.running };
    });
    const { mean, metrics } = sums as { mean: Record<string, Value>; metrics: Record<string, Value> };
    const { value, loss, penalty, gradient } = mean;
    return { value, ...(gradient && { gradient }), figures: { loss, penalty, metrics }, running };
  });

/** √w ⊙ (z − y) of some rows, flat. */
function residuals<Θ>(objective: Objective<Θ>, θ: Lifted<Θ>, { part, key, running }: Rows): Value {
  const z = forward(objective.model, θ, part.x, { training: true, key, state: running }).y;
  const difference = sub(z, reshape(part.y, z.shape));
  if (!part.weights) return reshape(difference, [-1]);
  const roots = reshape(sqrt(part.weights), [z.shape[0]!, ...z.shape.slice(1).map(() => 1)]);
  return reshape(mul(difference, broadcastTo(roots, z.shape)), [-1]);
}

/** ‖r‖², Jᵀr and, if it is wanted, JᵀJ, summed over all rows. */
export const linearProgram = <Θ>(
  objective: Objective<Θ>,
  layout: Layout,
  example: Whole<Tensor>,
  wanted: "gradient" | "product",
): Traced<{ readonly squares: Tensor; readonly gradient: Tensor; readonly product?: Tensor }> =>
  traced(
    example,
    (given: Whole<Value>) =>
      overRows(objective, given, (rows) => {
        const sums = renamed(given.v, (v) => {
          const r = residuals(objective, layout.traced(v, given.still) as Lifted<Θ>, rows);
          const squares = sum(square(r));
          if (wanted === "gradient") return { squares, gradient: pullback([r], [v], [r])[0]! };
          const J = columns(r, v);
          return { squares, gradient: matmul(J, r), product: matmul(J, transpose(J)) };
        });
        return { sums, running: rows.running };
      }).sums,
  );

/** Jᵀ `[n, m]`: derivatives of r along one parameter after the other. */
function columns(r: Value, v: Value): Value {
  const n = v.shape[0]!;
  const numbers = constant(
    new Tensor(
      [n],
      Int32Array.from({ length: n }, (_, i) => i),
    ),
  );
  const along = (_: null, i: Value): [null, Value] => [
    null,
    pushforward([r], new Map([[v, oneHot(i, n)]]))[0] ?? fill(r, 0),
  ];
  return scan(along as never, null, numbers)[1] as Value;
}

/** JᵀJ·d, summed over all rows. */
export const productProgram = <Θ>(
  objective: Objective<Θ>,
  layout: Layout,
  example: Whole<Tensor> & { readonly d: Tensor },
): Traced<Tensor> =>
  traced(example, ({ d, ...given }: Whole<Value> & { readonly d: Value }) => {
    const { sums } = overRows(objective, given, (rows) => {
      const product = renamed(given.v, (v) => {
        const r = residuals(objective, layout.traced(v, given.still) as Lifted<Θ>, rows);
        const dr = pushforward([r], new Map([[v, d]]))[0] ?? fill(r, 0);
        return pullback([r], [v], [dr])[0]!;
      });
      return { sums: { product }, running: rows.running };
    });
    return sums["product"];
  });
