import type { Value } from "../graph/value.ts";
import type { Moment } from "./rule.ts";

/** Something done to all arrays together beside the rule: on their way in, on their way out, or where they arrive. */
export interface Transform {
  readonly name: string;
  /**
   * What it works on: what passes where it stands (gradients before the rule, changes behind it), the changes wherever it
   * stands, or the parameters after the update.
   */
  readonly on: "passing" | "changes" | "parameters";
  /** The arrays that move, one for each moment, as they come and as they go. */
  readonly apply: (arrays: readonly Value[], at: readonly Moment[]) => readonly Value[];
}
