import type { BackendOptions } from "../../../compile/backend.ts";
import { bestThreads, Costs, pays, type Worth } from "../cost.ts";
import type { Module } from "../emitter.ts";
import type { Plan } from "../kernel.ts";
import type { Lanes } from "../lanes.ts";
import { Team } from "../team.ts";
import type { Division } from "./dividing.ts";
import { canShare, processors } from "./here.ts";
import { threadsIfLoaded } from "./local.ts";

/** Threads that `auto` takes at the most: beyond, those that are slow or busy hold up the others. */
const mostByItself = 16;

export const division: Division = {
  costsOf,
  team: (module: Module, costs: Costs) => new Team(module, costs),
  alone: (plan: Plan, real: Lanes) => new Costs(real, 1, pays).together(plan) / 1e6,
};

function costsOf(plan: Plan, real: Lanes, { threads = 1 }: BackendOptions, worth: Worth = pays): Costs | null {
  const wanted = threads === "auto" ? bestThreads(plan, real, Math.min(processors(), mostByItself)) : threads;
  const costs = new Costs(real, wanted, worth);
  if (wanted === 1 || !costs.dividesAny(plan) || !canShare(threads !== "auto")) return null;
  threadsIfLoaded(); // or loads what they need, while the program is being compiled
  return costs;
}
