import type { Value } from "../graph/value.ts";
import { cast, equal, log, mul, oneHot, where } from "../ops/index.ts";
import { areClassNumbers, matching } from "./loss.ts";

/** Targets as a row of shares for each row: class numbers `[batch]` become one-hot rows. */
export const shares = (name: string, z: Value, t: Value): Value =>
  areClassNumbers(z, t) ? oneHot(cast(t, "integer"), z.shape.at(-1)!) : matching(name, z, t);

/** x·ln y, 0 where x = 0 whatever y is. */
export const timesLog = (x: Value, y: Value): Value => where(equal(x, 0), 0, mul(x, log(where(equal(x, 0), 1, y))));
