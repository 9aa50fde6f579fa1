import fc from "fast-check";
import { expect, it } from "vitest";
import { fillLeaves, leaves, mapLeaves, paths } from "../../src/core/tree.ts";

const isNumber = (x: unknown): x is number => typeof x === "number";
const tree = {
  W: 1,
  layers: [
    { b: 2, name: "dense" },
    { b: 3, f: Math.sin },
  ],
  none: null,
};

it("finds leaves in a fixed order and names their paths", () => {
  expect(leaves(tree, isNumber)).toEqual([1, 2, 3]);
  expect(paths(tree, isNumber)).toEqual(["W", "layers.0.b", "layers.1.b"]);
  expect(paths(7, isNumber)).toEqual([""]);
});

it("replaces leaves and leaves everything else alone", () => {
  expect(mapLeaves(tree, isNumber, (x) => x * 10)).toEqual({
    W: 10,
    layers: [
      { b: 20, name: "dense" },
      { b: 30, f: Math.sin },
    ],
    none: null,
  });
  const date = new Date(0);
  expect(mapLeaves({ date }, isNumber, () => 0)).toEqual({ date });
});

it("gives back any tree from its own leaves", () => {
  const { tree: trees } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.string(),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie("tree"), { maxKeys: 3 }).map((d) => ({ ...d })),
    ),
  }));
  fc.assert(
    fc.property(trees, (t) => {
      expect(fillLeaves(t, isNumber, leaves(t, isNumber))).toEqual(t);
      expect(paths(t, isNumber)).toHaveLength(leaves(t, isNumber).length);
    }),
  );
});
