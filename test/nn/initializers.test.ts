import { describe, expect, it } from "vitest";
import { fold, key } from "../../src/core/random.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { type InitializerName, initializers } from "../../src/nn/index.ts";

const names = Object.keys(initializers) as InitializerName[];
const [fanIn, fanOut] = [400, 300];

/** The variance that each must have, and the fourth moment over the squared variance: 3 normal, 9/5 uniform. */
const moments: Partial<Record<InitializerName, { variance: number; kurtosis: number }>> = {
  glorotUniform: { variance: 2 / (fanIn + fanOut), kurtosis: 1.8 },
  glorotNormal: { variance: 2 / (fanIn + fanOut), kurtosis: 3 },
  heUniform: { variance: 2 / fanIn, kurtosis: 1.8 },
  heNormal: { variance: 2 / fanIn, kurtosis: 3 },
  lecunUniform: { variance: 1 / fanIn, kurtosis: 1.8 },
  lecunNormal: { variance: 1 / fanIn, kurtosis: 3 },
  standardNormal: { variance: 1, kurtosis: 3 },
};
const uniforms = names.filter((name) => moments[name]?.kurtosis === 1.8);
const mean = (data: Iterable<number>): number => {
  const list = [...data];
  return list.reduce((a, b) => a + b, 0) / list.length;
};

describe("every initializer", () => {
  it.each(names)("%s gives the same bits for the same key, and the shape asked for", (name) => {
    const [a, b] = [initializers[name](key(7), [5, 3]), initializers[name](key(7), [5, 3])];
    expect(a.shape).toEqual([5, 3]);
    expect(a.data).toEqual(b.data);
  });

  it.each(names.filter((name) => name !== "zeros"))("%s gives other numbers for another key", (name) => {
    expect(initializers[name](key(7), [5, 3]).data).not.toEqual(initializers[name](fold(key(7), 1), [5, 3]).data);
  });

  it.each(
    Object.entries(moments),
  )("%s has mean 0 and the variance it promises, within 5 standard errors", (name, m) => {
    const { data } = initializers[name as InitializerName](key(1), [fanIn, fanOut]);
    const n = data.length;
    expect(Math.abs(mean(data))).toBeLessThan(5 * Math.sqrt(m.variance / n));
    const variance = mean(data.map((w) => w * w));
    expect(Math.abs(variance - m.variance)).toBeLessThan(5 * m.variance * Math.sqrt((m.kurtosis - 1) / n));
  });

  it.each(uniforms)("%s keeps within √(3·variance), and comes near it", (name) => {
    const bound = Math.sqrt(3 * moments[name]!.variance);
    const { data } = initializers[name](key(1), [fanIn, fanOut]);
    const greatest = [...data].reduce((a, w) => Math.max(a, Math.abs(w)), 0);
    expect(greatest).toBeLessThanOrEqual(bound);
    expect(greatest).toBeGreaterThan(bound * (1 - 1e-3)); // missed with probability 0.999^120000 < 1e-52
  });

  it("zeros are zeros", () => {
    expect([...initializers.zeros(key(1), [2, 2]).data]).toEqual([0, 0, 0, 0]);
  });
});

describe("orthogonal weights", () => {
  /** Greatest |vᵢ·vⱼ − δᵢⱼ| over the columns, or the rows if there are fewer. */
  function error({ shape, data }: Tensor): number {
    const [n, m] = shape as [number, number];
    const at = (i: number, k: number): number => (n >= m ? data[k * m + i]! : data[i * m + k]!);
    const [count, length] = [Math.min(n, m), Math.max(n, m)];
    let worst = 0;
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) {
        let dot = i === j ? -1 : 0;
        for (let k = 0; k < length; k++) dot += at(i, k) * at(j, k);
        worst = Math.max(worst, Math.abs(dot));
      }
    return worst;
  }

  it.each([
    [60, 20],
    [20, 60],
    [40, 40],
    [1, 5],
    [5, 1],
  ])("[%i, %i] have columns, or rows, of length 1 at right angles", (n, m) => {
    expect(error(initializers.orthogonal(key(3), [n, m]))).toBeLessThan(1e-12);
  });
});
