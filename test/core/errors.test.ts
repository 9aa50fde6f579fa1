import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codes } from "../../src/core/codes.ts";
import { locate, ModelError, nearest, suggestion } from "../../src/core/errors.ts";

const problem = {
  code: "shape-inner",
  where: "matmul(x, w)",
  given: { x: [32, 64], w: [128, 10], "a longer name": "words", n: 3 },
  rule: "columns of x (64) must equal rows of w (128).",
  hint: "the layer before gives 64 columns.",
} as const;

describe("an error", () => {
  it("is data, rendered in one way", () => {
    const error = new ModelError(problem);
    expect(error.problem).toEqual(problem);
    expect(error.name).toBe("ModelError");
    expect(error.message).toBe(
      [
        "matmul(x, w): columns of x (64) must equal rows of w (128).",
        "  x             [32, 64]",
        "  w             [128, 10]",
        "  a longer name words",
        "  n             3",
        "  hint          the layer before gives 64 columns.",
        "  see           docs/errors.md#shape-inner",
      ].join("\n"),
    );
  });
  it("is short where there is nothing to add", () => {
    const { message } = new ModelError({ code: "option", where: "flag", rule: "no." });
    expect(message).toBe("flag: no.\n  see    docs/errors.md#option");
  });
  it("says in what it happened, from the outside in", () => {
    const inner = (): never => {
      throw new ModelError(problem);
    };
    expect(() => locate("layer 3 of 3", () => locate("dense(128 → 10)", inner))).toThrow(
      "layer 3 of 3 › dense(128 → 10) › matmul(x, w): columns",
    );
    expect(locate("anywhere", () => 5)).toBe(5);
    const other = new TypeError("not ours");
    expect(() =>
      locate("x", () => {
        throw other;
      }),
    ).toThrow(other);
  });
  it("has an exit status for every code: 2 for input, 1 for a run", () => {
    expect(new Set(Object.values(codes))).toEqual(new Set([1, 2]));
  });
});

describe("the nearest name", () => {
  const names = ["sigmoid", "softmax", "softplus", "relu", "tanh"];
  it.each([
    ["sigmiod", "sigmoid"],
    ["SoftMax", "softmax"],
    ["rleu", "relu"],
    ["tan", "tanh"],
    ["softpluss", "softplus"],
    ["convolution", undefined],
    ["", undefined],
  ])("to %s is %s", (typed, name) => expect(nearest(typed, names)).toBe(name));
  it("is found for one slip of any kind", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat({ max: 20 }),
        fc.constantFrom("drop", "double", "swap"),
        (name, at, slip) => {
          const i = at % (name.length - 1);
          const [head, a, b, tail] = [name.slice(0, i), name[i]!, name[i + 1]!, name.slice(i + 2)];
          const typed =
            slip === "drop" ? head + b + tail : slip === "double" ? head + a + a + b + tail : head + b + a + tail;
          expect(nearest(typed, names)).toBe(name);
        },
      ),
    );
  });
  it("is offered beside the list, which is cut when it is long", () => {
    expect(suggestion("rleu", names)).toBe(`did you mean relu? (allowed: ${names.join(", ")})`);
    expect(suggestion("xyz123", names)).toBe(`allowed: ${names.join(", ")}`);
    const many = Array.from({ length: 30 }, (_, i) => `name number ${i}`);
    expect(suggestion("zzz", many)).toMatch(/name number 19, …$/);
  });
  it("is nothing where nothing is allowed", () => expect(nearest("a", [])).toBeUndefined());
});
