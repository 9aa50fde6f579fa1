import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lower } from "../../src/compile/index.ts";
import { samples } from "../programs.ts";
import { ways, wrong } from "./judge.ts";

const runs = { numRuns: 500, seed: 20240229 };

describe.each(ways)("random programs in $precision, reproducible: $reproducible,", (options) => {
  it("give what the reference engine gives, line by line and as a whole", () => {
    fc.assert(
      fc.property(samples(), ({ closure, args }) => {
        expect(wrong(lower(closure), args, options)).toBe(null);
      }),
      runs,
    );
  });
});
