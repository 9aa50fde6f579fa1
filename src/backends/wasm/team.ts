import { size } from "../../core/shape.ts";
import { type Access, accessOf, type Stretch, stretchesOf } from "./access.ts";
import { atomics } from "./atomics.ts";
import type { Costs } from "./cost.ts";
import { type Body, called, type Expr, type Func, i32, type Module, operation } from "./emitter.ts";
import type { Scope } from "./generator.ts";
import type { Kernel } from "./kernel.ts";
import type { Address, Share } from "./loops.ts";
import type { End } from "./moves.ts";
import { signals } from "./signals.ts";

interface Step extends Access {
  readonly divided: boolean;
}

/** Writes a step, or a thread's share of it. */
type Write = (share: Share | null) => void;

/** Looks at the arrivals of a thread, some ten microseconds, before one goes to sleep. */
const patience = 20_000;

/**
 * Several threads that run the same code on one memory. Each step of a program is either divided, so that every thread
 * computes a share of its results, or done by the first thread alone. Steps that do not touch each other's numbers run
 * side by side; before one that does, all threads meet.
 */
export class Team {
  readonly #thread: Expr<"i32">;
  readonly #threads: Expr<"i32">;
  readonly #barrier: Func;
  readonly #firstOf: Func;
  /** Steps since all threads met. */
  #open: Step[] = [];
  #divided = false;

  readonly costs: Costs;

  /** @param costs say how many threads there are, at the most, and what is divided */
  constructor(module: Module, costs: Costs) {
    this.costs = costs;
    this.#thread = module.number("thread", "i32");
    this.#threads = module.number("threads", "i32");
    const [late, wake] = [module.import("late", ["i32", "i32"], []), module.import("wake", [], [])];
    this.#barrier = module.func([], [], (body) => this.#writeBarrier(body, late, wake));
    this.#firstOf = module.func(["i32", "i32"], ["i32"], (body) => this.#writeFirst(body));
  }

  /** Whether a step was divided since this was asked last. */
  hasDivided(): boolean {
    const divided = this.#divided;
    this.#divided = false;
    return divided;
  }

  /** Writes a kernel, number `k` of its plan, as a step. */
  kernel(scope: Scope, [kernel, k]: readonly [Kernel, number], write: Write): void {
    const { layout, generator } = scope;
    const access = accessOf(layout, kernel, k, generator.lanes.bytes);
    this.#step(scope, { ...access, divided: this.costs.divides(layout.plan, kernel) }, write);
  }

  /** Writes a copy as a step. */
  copy(scope: Scope, [from, to]: readonly [End, End], write: Write): void {
    const { layout, generator } = scope;
    const stretches = ({ layout: own, view }: End): Stretch[] =>
      stretchesOf(own ?? layout, view.base, generator.lanes.bytes);
    const access = { reads: stretches(from), writes: stretches(to) };
    this.#step(scope, { ...access, divided: this.costs.dividesCopy(size(from.view.shape)) }, write);
  }

  /** Writes a step: each thread's share of it, or, where it is not divided, all of it for the first thread. */
  #step({ body }: Pick<Scope, "body">, step: Step, write: Write): void {
    const { divided } = step;
    if (this.#open.some((other) => (divided || other.divided) && collide(step, other))) this.meet(body);
    this.#open.push(step);
    this.#divided ||= divided;
    if (divided) write(this.#share(body));
    else body.choose(operation("i32", [0x45], this.#thread), () => write(null));
  }

  /** Writes a barrier, unless nothing happened since the last one. */
  meet(body: Body): void {
    if (this.#open.length === 0) return;
    body.call(this.#barrier);
    this.#open = [];
  }

  /** Says that this thread is here, then waits until all others say so, too. */
  #writeBarrier(body: Body, late: Func, wake: Func): void {
    const lineOf = (thread: Expr<"i32">): Address => ({
      base: operation("i32", [0x6c], thread, i32(64)),
      offset: signals.arrivals(0),
    });
    const own = lineOf(this.#thread);
    const past = body.local("i32", atomics.load(own));
    body.run((out) => atomics.store(out, own, operation("i32", [0x6a], past, i32(1))));
    body.choose(atomics.load({ base: i32(0), offset: signals.sleepers }), () => body.call(wake));
    body.count(i32(0), this.#threads, 1, (other) => {
      const { base, offset } = lineOf(other);
      const at = { base: body.local("i32", base), offset };
      const looks = body.local("i32", i32(patience));
      body.loop(operation("i32", [0x46], atomics.load(at), past), () => {
        body.set(looks, operation("i32", [0x6b], looks, i32(1)));
        body.choose(operation("i32", [0x45], looks), () => {
          body.call(late, other, past);
          body.set(looks, i32(patience));
        });
      });
    });
  }

  /** The first of a thread's pieces: thread·⌊pieces/threads⌋ and one for each thread before it that has one more. */
  #writeFirst(body: Body): void {
    const [pieces, thread] = [body.param(0, "i32"), body.param(1, "i32")];
    const each = body.local("i32", operation("i32", [0x6e], pieces, this.#threads));
    const more = body.local("i32", operation("i32", [0x70], pieces, this.#threads));
    body.choose(operation("i32", [0x49], thread, more), () => body.set(more, thread));
    body.give(operation("i32", [0x6a], operation("i32", [0x6c], each, thread), more));
  }

  #share(body: Body): Share {
    const thread = this.#thread;
    const first = (pieces: number, thread: Expr<"i32">): Expr<"i32"> =>
      body.local("i32", called("i32", this.#firstOf, i32(pieces), thread));
    const next = operation("i32", [0x6a], thread, i32(1));
    return {
      threads: this.costs.threads,
      stretch: (pieces) => ({ from: first(pieces, thread), to: first(pieces, next) }),
      first: (write) => body.choose(operation("i32", [0x45], thread), write),
      last: (write) => body.choose(operation("i32", [0x46], next, this.#threads), write),
      meet: () => body.call(this.#barrier),
    };
  }
}

const overlap = (some: readonly Stretch[], others: readonly Stretch[]): boolean =>
  some.some(([a, b]) => others.some(([c, d]) => a < d && c < b));

/** Whether the order of two steps matters: one writes what the other reads or writes. */
const collide = (one: Access, two: Access): boolean =>
  overlap(one.writes, two.reads) || overlap(one.reads, two.writes) || overlap(one.writes, two.writes);
