import fc from "fast-check";
import { expect, it } from "vitest";
import { ModelError } from "../../src/core/index.ts";
import { parseJson } from "../../src/interchange/index.ts";

function problem(text: string): unknown {
  try {
    return parseJson("file", text);
  } catch (error) {
    return error instanceof ModelError ? error.problem : error;
  }
}

it("reads what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson("file", text)).toEqual(JSON.parse(text));
    }),
  );
  expect(parseJson("file", "\ufeff1")).toBe(1);
});

it.each([
  ['{ "a": nope }', "line 1, column 8", "nope }"],
  ['{\n  "a": 1,\n}', "line 3, column 1", "}"],
  ["[1 2]", "line 1, column 4", "2]"],
  ['{ "a" 1 }', "line 1, column 7", "1 }"],
  ["[1, 2] 3", "line 1, column 8", "3"],
  ["{ 'a': 1 }", "line 1, column 3", "'a': 1 }"],
  ["[01]", "line 1, column 2", "01]"],
  ['{"a": [1, {"b": tru', "line 1, column 17", "tru"],
])("says where %s stops being JSON", (text, place, found) => {
  expect(problem(text)).toMatchObject({ code: "file-format", where: `file ${place}`, given: { found } });
});

it("tells the end of a file that was cut off, and an empty file", () => {
  expect(problem('{"a": [1, 2')).toMatchObject({
    where: "file line 1, column 12",
    rule: expect.stringMatching(/ends here/),
  });
  expect(problem(" \n")).toMatchObject({ code: "file-empty" });
});

it("finds a place in every text that JSON.parse refuses", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("}", "]", ",", ":", '"', "x", ""))
    .map(([text, at, odd]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + odd + text.slice(place + 1);
    });
  fc.assert(
    fc.property(broken, (text) => {
      const found = problem(text);
      if (typeof found === "object" && found !== null && "code" in found && "rule" in found)
        expect(["file-format", "file-empty"]).toContain(found.code);
      else expect(found).toEqual(JSON.parse(text));
    }),
  );
});
