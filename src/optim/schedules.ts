import { knownOptions } from "../core/names.ts";
import { lift, type Value } from "../graph/value.ts";
import { add, cast, cos, div, floor, less, maximum, minimum, mul, pow, sub, where } from "../ops/index.ts";
import { reduceOnPlateau } from "./plateau.ts";
import { checkSchedule, lapse, type Schedule, type Span, share, spanOf } from "./schedule.ts";

/**
 * The same learning rate all the time: ηₜ = η.
 *
 * @param rate η
 * @throws `option` for a rate that is not greater than 0, or an unknown or impossible option, as every schedule here
 */
export function constant(rate: number): Schedule {
  checkSchedule("constant", rate, {}, {});
  return () => lift(rate);
}

/**
 * Steps down: ηₜ = η·γ^⌊t/P⌋.
 *
 * @param rate    η, the learning rate at first
 * @param options factor γ in (0, 1], default 0.1; length P of a stair, in `epochs` or `steps`, default a third of the training
 * @see PyTorch's StepLR, there by epoch
 */
export function stepDecay(rate: number, options: Span & { readonly factor?: number } = {}): Schedule {
  checkSchedule("stepDecay", rate, options, { shares: ["factor"] });
  const { factor: γ = 0.1 } = options;
  const span = spanOf("stepDecay", options, ({ steps }) => Math.ceil(steps / 3));
  return (t, course) => mul(rate, pow(γ, floor(lapse(t, span(course)))));
}

/**
 * Falls by the same factor in equal times: ηₜ = η·γ^(t/P), a little with every update.
 *
 * @param rate    η, the learning rate at first
 * @param options factor γ in (0, 1], default 0.01; P, in which it falls by γ, in `epochs` or `steps`, default the training
 */
export function exponential(rate: number, options: Span & { readonly factor?: number } = {}): Schedule {
  checkSchedule("exponential", rate, options, { shares: ["factor"] });
  const { factor: γ = 0.01 } = options;
  const span = spanOf("exponential", options);
  return (t, course) => mul(rate, pow(γ, lapse(t, span(course))));
}

/**
 * Half a wave of the cosine, from η down to η_f: ηₜ = η_f + ½ (η − η_f)(1 + cos(π·min(t/P, 1))).
 *
 * @param rate    η, the learning rate at first
 * @param options final rate η_f, default 0; length P, in `epochs` or `steps`, default the training; `restarts`: begin anew
 *                after each P instead of staying at η_f, default false
 * @see Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts
 */
export function cosine(
  rate: number,
  options: Span & { readonly final?: number; readonly restarts?: boolean } = {},
): Schedule {
  checkSchedule("cosine", rate, options, { numbers: ["final"], flags: ["restarts"] });
  const { final = 0, restarts = false } = options;
  const span = spanOf("cosine", options);
  return (t, course) => {
    const turns = lapse(t, span(course));
    return between(rate, final, restarts ? sub(turns, floor(turns)) : minimum(turns, 1));
  };
}

/** From a to b along half a wave of the cosine, as x goes from 0 to 1. */
const between = (a: number, b: number, x: Value): Value => add(b, mul((a - b) / 2, add(1, cos(mul(Math.PI, x)))));

/**
 * A linear rise over the first W updates, then another schedule from its own beginning over what is left of the training:
 * ηₜ = η₀·(t + 1)/W for t < W, and the schedule's rate at t − W from there on. η₀ is the schedule's first rate.
 *
 * @param schedule a schedule, or a rate that stays
 * @param options  length W, in `epochs` or `steps`, default a tenth of the training
 */
export function warmup(schedule: number | Schedule, options: Span = {}): Schedule {
  knownOptions("warmup(schedule, options)", options, ["epochs", "steps"]);
  const after = typeof schedule === "number" ? constant(schedule) : schedule;
  const span = spanOf("warmup", options, ({ steps }) => Math.ceil(steps / 10));
  const rising: Schedule = (t, course) => {
    const W = Math.round(span(course));
    const rest = { ...course, steps: Math.max(1, course.steps - W) };
    const later = cast(maximum(sub(t, W), 0), "integer");
    return mul(after(later, rest), share(add(t, 1), W));
  };
  return after.reacting ? Object.assign(rising, { reacting: after.reacting }) : rising;
}

/**
 * One rise and one fall, each half a wave of the cosine: from η/25 up to η, then down to η/250000.
 *
 * @param rate    η, the greatest learning rate
 * @param options `rise`: share of the time that goes up, in (0, 1), default 0.3; `start` and `end`, by what the first and the
 *                last rate are smaller than η, default 25 and 250000; length in `epochs` or `steps`, default the training
 * @see Smith & Topin (2018), Super-convergence; PyTorch's OneCycleLR without its cycle of the momentum
 */
export function oneCycle(
  rate: number,
  options: Span & { readonly rise?: number; readonly start?: number; readonly end?: number } = {},
): Schedule {
  checkSchedule("oneCycle", rate, options, { positive: ["start", "end"], shares: ["rise"] });
  const { rise = 0.3, start = 25, end = 250_000 } = options;
  const span = spanOf("oneCycle", options);
  return (t, course) => {
    const last = Math.max(1, span(course) - 1);
    const top = Math.min(Math.max(rise * (last + 1) - 1, Number.EPSILON), last);
    const up = between(rate / start, rate, share(t, top));
    const down = between(
      rate,
      rate / end,
      share(maximum(sub(cast(t, "real"), top), 0), Math.max(last - top, Number.EPSILON)),
    );
    return where(less(cast(t, "real"), top), up, down);
  };
}

/**
 * Falls like a hyperbola: ηₜ = η / (1 + d·t/P).
 *
 * @param rate    η, the learning rate at first
 * @param options decay d, from 0 on, default 1; P, in `epochs` or `steps`, default a tenth of the training
 * @see Robbins & Monro (1951), A stochastic approximation method: Σηₜ diverges, Σηₜ² converges
 */
export function inverseTime(rate: number, options: Span & { readonly decay?: number } = {}): Schedule {
  checkSchedule("inverseTime", rate, options, { numbers: ["decay"] });
  const { decay = 1 } = options;
  const span = spanOf("inverseTime", options, ({ steps }) => steps / 10);
  return (t, course) => div(rate, add(1, mul(decay, lapse(t, span(course)))));
}

/**
 * A power of the time left: ηₜ = η_f + (η − η_f)(1 − min(t/P, 1))^p; p = 1 is a straight line.
 *
 * @param rate    η, the learning rate at first
 * @param options power p, above 0, default 1; final rate η_f, default 0; P, in `epochs` or `steps`, default the training
 * @see PyTorch's PolynomialLR
 */
export function polynomial(
  rate: number,
  options: Span & { readonly power?: number; readonly final?: number } = {},
): Schedule {
  checkSchedule("polynomial", rate, options, { numbers: ["final"], positive: ["power"] });
  const { power: p = 1, final = 0 } = options;
  const span = spanOf("polynomial", options);
  return (t, course) => {
    const left = sub(1, share(t, span(course)));
    return add(final, mul(rate - final, p === 1 ? left : pow(left, p)));
  };
}

/** Every schedule by name, as a function of the learning rate and options. */
export const schedules = {
  constant,
  stepDecay,
  exponential,
  cosine,
  warmup,
  oneCycle,
  inverseTime,
  polynomial,
  reduceOnPlateau,
} as const satisfies Record<string, (rate: number, options?: object) => Schedule>;

export type ScheduleName = keyof typeof schedules;
