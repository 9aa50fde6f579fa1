// jax-js on its WebAssembly backend: the whole step in one jit, Adam written out.
// Each step reads its loss, which makes it run; without that, work piles up.

import { type Array as A, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { labels, numbers, type StepCase, timed } from "../cases.ts";
import { answer, type Measure } from "./answer.ts";

await init("wasm");
defaultDevice("wasm");

type Parameters = A[];

async function step({ sizes, batch, learningRate }: StepCase): Promise<Measure> {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const binary = outputs === 1;
  const x = np.array(Float32Array.from(numbers(batch * inputs))).reshape([batch, inputs]);
  const classes = labels(batch, outputs);
  const y = binary
    ? np.array(Float32Array.from(classes)).reshape([batch, 1])
    : nn.oneHot(np.array(Array.from(classes), { dtype: np.int32 }), outputs);
  const start = sizes.slice(1).flatMap((m, i): A[] => {
    const n = sizes[i]!;
    const W = Float32Array.from(numbers(n * m), (u) => (2 * u - 1) * Math.sqrt(6 / n));
    return [np.array(W).reshape([n, m]), np.zeros([m])];
  });
  const layers = start.length / 2;

  const loss = (θ: Parameters, x: A, y: A): A => {
    let h = x;
    for (let i = 0; i < layers; i++) {
      const z = np.dot(h, θ[2 * i]!).add(θ[2 * i + 1]!);
      h = i === layers - 1 ? z : binary ? np.tanh(z) : nn.relu(z);
    }
    // binary: log(1 + e^z) − y z
    return binary
      ? nn.softplus(h.ref).sub(y.mul(h)).mean()
      : nn
          .logSoftmax(h)
          .mul(y)
          .sum()
          .mul(-1 / batch);
  };
  const [β1, β2, ε] = [0.9, 0.999, 1e-8];
  const update = jit((θ: Parameters, m: Parameters, v: Parameters, scales: A, x: A, y: A) => {
    const [value, g] = valueAndGrad(loss)(
      θ.map((each) => each.ref),
      x,
      y,
    ) as [A, Parameters];
    const [c1, c2] = [scales.ref.slice(0), scales.slice(1)];
    const next = θ.map((p, i) => {
      const m1 = m[i]!.mul(β1).add(g[i]!.ref.mul(1 - β1));
      const v1 = v[i]!.mul(β2).add(np.square(g[i]!).mul(1 - β2));
      const delta = m1.ref.mul(c1.ref).div(np.sqrt(v1.ref.mul(c2.ref)).add(ε));
      return { p: p.sub(delta.mul(learningRate)), m: m1, v: v1 };
    });
    c1.dispose();
    c2.dispose();
    return { θ: next.map((n) => n.p), m: next.map((n) => n.m), v: next.map((n) => n.v), value };
  });

  let state = {
    θ: start,
    m: start.map((p) => np.zeros(p.shape)),
    v: start.map((p) => np.zeros(p.shape)),
  };
  let t = 0;
  const run = (): void => {
    t++;
    const scales = np.array(Float32Array.of(1 / (1 - β1 ** t), 1 / (1 - β2 ** t)));
    const { value, ...next } = update(state.θ, state.m, state.v, scales, x.ref, y.ref);
    state = next;
    value.dataSync();
  };
  return (seconds) => timed(run, seconds);
}

await answer(async (wanted) => {
  if (wanted.kind !== "step") throw new Error("not measured");
  return step(wanted);
});
