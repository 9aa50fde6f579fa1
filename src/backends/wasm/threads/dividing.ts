import type { BackendOptions } from "../../../compile/backend.ts";
import type { Costs, Worth } from "../cost.ts";
import type { Module } from "../emitter.ts";
import type { Plan } from "../kernel.ts";
import type { Lanes } from "../lanes.ts";
import type { Team } from "../team.ts";

/** How programs are divided among threads. */
export interface Division {
  /** What of a program is divided among how many threads; nothing where one thread is enough. */
  costsOf(plan: Plan, real: Lanes, options: BackendOptions, worth?: Worth): Costs | null;
  /** Those that divide it. */
  team(module: Module, costs: Costs): Team;
  /** Milliseconds of a program on one thread. */
  alone(plan: Plan, real: Lanes): number;
}

let held: Division | null = null;

/** Has this code at hand from now on: a page whose threads can share no memory, which is the usual one, does without. */
export function provideDivision(division: Division): void {
  held = division;
}

/** What divides programs, if it is there. */
export const divisionAtHand = (): Division | null => held;
