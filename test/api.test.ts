import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { declarations, kept } from "../scripts/api.ts";

it("declares to its users what etc/api.d.ts says", () => {
  const changed = "the public declarations have changed; if that is meant, run `npm run api` and commit etc/api.d.ts";
  expect(declarations(), changed).toBe(readFileSync(kept, "utf8"));
});

it("declares nothing that needs the types of Node, for pages have none", () => {
  const built = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"));
  const needing = built.filter((name) => /NodeJS\.|from "node:|\bBuffer\b/.test(readFileSync(`dist/${name}`, "utf8")));
  expect(built.length).toBeGreaterThan(100);
  expect(needing.filter((name) => !name.startsWith("cli/"))).toEqual([]);
});
