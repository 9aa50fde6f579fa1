import fc from "fast-check";
import { describe, it } from "vitest";
import { ways } from "./judge.ts";
import { large, products, wrongProduct } from "./products.ts";

describe.each(ways)("products in $precision, reproducible: $reproducible", (way) => {
  it("are exact where every sum is, whatever rows, columns and transposes", () => {
    fc.assert(
      fc.property(products, (product) => wrongProduct(product, way) === null),
      { numRuns: 250 },
    );
  });

  it("are exact where sums are long, and rows many", () => {
    fc.assert(
      fc.property(large, (product) => wrongProduct(product, way) === null),
      { numRuns: 12 },
    );
  });
});
