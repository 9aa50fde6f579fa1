import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { declarations, kept } from "../scripts/api.ts";

it("declares to its users what etc/api.d.ts says", () => {
  const changed = "the public declarations have changed; if that is meant, run `npm run api` and commit etc/api.d.ts";
  expect(declarations(), changed).toBe(readFileSync(kept, "utf8"));
});
