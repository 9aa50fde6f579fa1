import type { Task } from "../core/task.ts";
import { type EncodingOptions, type ExpansionOptions, expansionFrom } from "../data/index.ts";
import type { Recipe } from "./recipes.ts";
import type { CheckedRunFile } from "./runfile.ts";

/** How a run file wants columns to become features. */
export function encodingOptions(
  { data, seed }: CheckedRunFile,
  recipe: Recipe,
  { targets, task }: { readonly targets: readonly string[]; readonly task: Task },
): EncodingOptions {
  const { scale = recipe.scale, missing, unseen, scales, categorical, embed, maxLevels, features, weights } = data;
  return {
    target: targets,
    task,
    scale,
    ...(missing && { missing }),
    ...(unseen && { unseen }),
    ...(scales && { scales }),
    ...(categorical && { categorical }),
    ...(embed && { embed: Object.keys(embed) }),
    ...(maxLevels && { mostLevels: maxLevels }),
    ...(features && { expand: seeded(expansionFrom(features), seed) }),
    ...(weights && { weights }),
    ...(data.targetScale && { scaleTargets: data.targetScale === "standard" }),
  };
}

const seeded = (options: ExpansionOptions, seed: number): ExpansionOptions =>
  options.kind === "fourier" ? { ...options, seed } : options;
