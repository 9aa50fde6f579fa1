import type { Tensor } from "../core/tensor.ts";

/** A loss a thousand times the first one will not come back; what begins near zero is judged against one thousandth. */
const exploded = (loss: number, first: number): boolean => loss > 1000 * Math.max(first, 1e-3);

/**
 * The loss before training. It is measured only when it is needed, for that takes a program of its own: a loss below 1, or
 * below ten times that of the very first batch, is not suspected of having exploded.
 */
export class FirstLoss {
  known: number | null;
  #opening: number | null = null;
  readonly #measure: () => Promise<number>;

  constructor(measure: () => Promise<number>, known: number | null = null) {
    this.#measure = measure;
    this.known = known;
  }

  async measured(): Promise<number> {
    this.known ??= await this.#measure();
    return this.known;
  }

  /** @param batches losses of the epoch's batches, each as it was met */
  async isExceeded(loss: number, batches: Tensor): Promise<boolean> {
    this.#opening ??= batches.data[0]!;
    if (this.known === null && !(loss > 1 && loss > 10 * this.#opening)) return false;
    return exploded(loss, await this.measured());
  }
}
