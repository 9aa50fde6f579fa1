import { Tensor } from "../core/tensor.ts";

/** A layer as back-propagation sees it, at one batch: matrices `[rows, units]`. */
export type LayerPass =
  /** y = x·W + b, or without b. */
  | { readonly kind: "dense"; readonly x: Tensor; readonly W: Tensor; readonly bias: boolean }
  /** y = f(x), number by number; `slope` is f′(x). */
  | { readonly kind: "activation"; readonly slope: Tensor }
  /** Anything else, by its own rule: from ȳ to x̄ and the gradients of its parameters. */
  | {
      readonly kind: "other";
      readonly pull: (yBar: Tensor) => { readonly xBar: Tensor; readonly gradients: readonly Tensor[] };
    };

/** What comes back through a layer. */
export interface LayerBack {
  /** ∂C/∂y of what it gives. */
  readonly yBar: Tensor;
  /** ∂C/∂W and ∂C/∂b of a dense layer; of another, those of its parameters in turn. */
  readonly gradients: readonly Tensor[];
}

/**
 * The equations of back-propagation, written out: through y = x·W + b go W̄ = xᵀ·ȳ, b̄ = Σ ȳ over the rows, x̄ = ȳ·Wᵀ, and through
 * y = f(x) goes x̄ = ȳ·f′(x). With δ = ∂C/∂z of each dense layer this is δˡ = (δˡ⁺¹·Wᵀ)·f′(zˡ), ∂C/∂W = aᵀ·δ.
 *
 * @param layers in order, first to last
 * @param yBar   ∂C/∂y of what the last one gives
 * @see Nielsen (2015), Neural Networks and Deep Learning, chapter 2
 */
export function backpropagate(layers: readonly LayerPass[], yBar: Tensor): LayerBack[] {
  const back: LayerBack[] = [];
  let bar = yBar;
  for (const layer of layers.toReversed()) {
    const { xBar, gradients } = through(layer, bar);
    back.unshift({ yBar: bar, gradients });
    bar = xBar;
  }
  return back;
}

function through(layer: LayerPass, yBar: Tensor): { readonly xBar: Tensor; readonly gradients: readonly Tensor[] } {
  if (layer.kind === "other") return layer.pull(yBar);
  if (layer.kind === "activation")
    return {
      xBar: new Tensor(
        yBar.shape,
        Float64Array.from(yBar.data, (g, i) => g * layer.slope.data[i]!),
      ),
      gradients: [],
    };
  const { x, W, bias } = layer;
  const b = columnSums(yBar);
  return { xBar: product(yBar, transposed(W)), gradients: [product(transposed(x), yBar), ...(bias ? [b] : [])] };
}

const sizes = ({ shape }: Tensor): [rows: number, columns: number] => [shape[0]!, shape[1]!];

function transposed(A: Tensor): Tensor {
  const [n, m] = sizes(A);
  const data = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) data[j * n + i] = A.data[i * m + j]!;
  return new Tensor([m, n], data);
}

function product(A: Tensor, B: Tensor): Tensor {
  const [[n, k], [, m]] = [sizes(A), sizes(B)];
  const data = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const a = A.data[i * k + l]!;
      for (let j = 0; j < m; j++) data[i * m + j]! += a * B.data[l * m + j]!;
    }
  return new Tensor([n, m], data);
}

function columnSums(A: Tensor): Tensor {
  const [n, m] = sizes(A);
  const data = new Float64Array(m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) data[j]! += A.data[i * m + j]!;
  return new Tensor([m], data);
}

/** The losses whose derivative by what the network gives stands here. */
export const lossesByHand = ["meanSquaredError", "logisticLoss", "crossEntropy"] as const;

/**
 * ∂C/∂y of the mean loss of a batch, written out: 2(y − t)/(n·k) of the mean squared error of n rows with k outputs, (σ(y) − t)/(n·k)
 * of the logistic loss, (softmax(y) − e_t)/n of the cross entropy of classes t.
 *
 * @param y       what the network gives: `[rows, outputs]`
 * @param target  as the loss takes it: `[rows]`, classes as whole numbers, or `[rows, outputs]`
 * @param weights of the rows, each a factor of its loss
 */
export function outputBar(
  loss: (typeof lossesByHand)[number],
  { y, target, weights }: { readonly y: Tensor; readonly target: Tensor; readonly weights?: Tensor },
): Tensor {
  const [n, k] = sizes(y);
  const data = new Float64Array(n * k);
  const classes = loss === "crossEntropy" && target.data.length === n && k > 1;
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(y.data.subarray(i * k, (i + 1) * k));
    const predicted = loss === "crossEntropy" ? softmax(row) : loss === "logisticLoss" ? row.map(logistic) : row;
    const factor =
      ((loss === "meanSquaredError" ? 2 : 1) * (weights?.data[i] ?? 1)) / (loss === "crossEntropy" ? n : n * k);
    for (let j = 0; j < k; j++) {
      const t = classes ? (target.data[i] === j ? 1 : 0) : target.data[i * k + j]!;
      data[i * k + j] = factor * (predicted[j]! - t);
    }
  }
  return new Tensor([n, k], data);
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

function softmax(row: Float64Array): Float64Array {
  const greatest = row.reduce((a, b) => Math.max(a, b));
  const e = row.map((z) => Math.exp(z - greatest));
  const total = e.reduce((a, b) => a + b);
  return e.map((x) => x / total);
}
