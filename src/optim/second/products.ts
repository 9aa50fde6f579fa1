import type { Inquiry, Region, Sketch, Step } from "./region.ts";
import { dot, length, plus, times, type Vector } from "./vector.ts";

/** Products with JᵀJ that a step may cost. */
const mostProducts = 200;

/**
 * The step within a region by conjugate gradients, from products with JᵀJ alone: it ends where the gradient of the linear
 * model is small, or on the region's boundary.
 *
 * @see Steihaug (1983), The conjugate gradient method and trust regions in large scale optimization
 */
export function* conjugateStep({ gradient }: Sketch, { radius: Δ }: Pick<Region, "radius">): Inquiry<Step> {
  let p: Vector = new Float64Array(gradient.length);
  let image: Vector = p; // JᵀJ·p
  let residual = times(-1, gradient);
  let direction = residual;
  let rr = dot(residual, residual);
  const goal = Math.min(0.1, Math.sqrt(rr)) * Math.sqrt(rr);
  for (let n = 0; n < Math.min(mostProducts, 2 * gradient.length) && Math.sqrt(rr) > goal; n++) {
    const product = (yield { want: "product", v: direction }) as Vector;
    const curvature = dot(direction, product);
    const α = curvature > 0 ? rr / curvature : Number.POSITIVE_INFINITY;
    const inside = Number.isFinite(α) && length(plus(p, α, direction)) < Δ;
    const β = inside ? α : toBoundary(p, direction, Δ);
    p = plus(p, β, direction);
    image = plus(image, β, product);
    if (!inside) break;
    residual = plus(residual, -α, product);
    const next = dot(residual, residual);
    direction = plus(residual, next / rr, direction);
    rr = next;
  }
  return { p, image: dot(p, image), μ: 0 };
}

/** α > 0 with ‖p + α·d‖ = Δ. */
function toBoundary(p: Vector, d: Vector, Δ: number): number {
  const [a, b, c] = [dot(d, d), dot(p, d), dot(p, p) - Δ * Δ];
  return -c / (b + Math.sqrt(b * b - a * c));
}
