import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changedFile, compared } from "../../../src/run/trial.ts";
import { findingKinds } from "../../../src/study/doctor/changes.ts";
import type { Finding, FindingKind } from "../../../src/training/index.ts";
import { cases } from "./cases.ts";
import { writeTables } from "./tables.ts";
import { trained } from "./trained.ts";

const folder = await mkdtemp(join(tmpdir(), "gradus-doctor-"));
beforeAll(() => writeTables(folder));
afterAll(() => rm(folder, { recursive: true }));

/** What matters, each kind once. */
const above = (findings: readonly Finding[]): FindingKind[] => [
  ...new Set(findings.filter(({ severity }) => severity !== "note").map(({ kind }) => kind)),
];

/** No setting mends what is wrong with the data themselves. */
const without: readonly FindingKind[] = ["copied-rows", "easy-validation"];

describe.each(cases(folder))("$kind", ({ kind, besides = [], planted, healthy }) => {
  it("is found where it was planted, first of all, and trying its change helps", async () => {
    const before = await trained(planted);
    expect(above(before.findings)).toEqual([kind, ...besides]);
    const [finding] = before.findings;
    expect(finding!.change === undefined).toBe(without.includes(kind));
    expect(Object.values(finding!.evidence.figures).every(Number.isFinite)).toBe(true);
    if (!finding!.change) return;
    const after = await trained(changedFile("change", before.prepared.file, finding!.change));
    expect(compared(kind, before, after, after.findings)).toMatchObject({ helped: true, gone: true });
  });

  it("is not found in its healthy twin, nor is anything else", async () => {
    expect(above((await trained(healthy)).findings)).toEqual([]);
  });
});

it("there is a case for every finding, but for a target that never changes, which a run refuses", () => {
  expect([...cases(folder).map(({ kind }) => kind), "constant-target"].sort()).toEqual([...findingKinds].sort());
});

describe("a built-in data set as it comes", () => {
  const sets = ["digits", "iris", "breast-cancer", "franke", "xor", "spiral", "moons", "polynomial", "and", "or"];
  it.each(sets)("%s has nothing wrong with it", async (source) => {
    expect(above((await trained({ data: { source } })).findings)).toEqual([]);
  });
});
