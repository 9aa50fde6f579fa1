// Runs test files on a page, with what vitest runs them with.

import { type File, startTests, type VitestRunner } from "@vitest/runner";
import { getFullName, getTests } from "@vitest/runner/utils";
import fc from "fast-check";

export interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Milliseconds for a property: all of its samples are tried in Node. */
const propertyTime = 300;

/** Runs test files by name; each is a module that registers its tests when it is loaded. */
export async function run(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<Outcome> {
  fc.configureGlobal({ interruptAfterTimeLimit: propertyTime });
  const runner: VitestRunner = {
    config: {
      ...{ root: "/", setupFiles: [], name: undefined, passWithNoTests: false, testNamePattern: undefined },
      ...{ allowOnly: true, chaiConfig: undefined, maxConcurrency: 1, testTimeout: 120_000, hookTimeout: 60_000 },
      ...{ retry: 0, includeTaskLocation: undefined, tags: [], tagsFilter: undefined, strictTags: false },
      sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    },
    importFile: (file) => files[file]!(),
    onTaskUpdate: async () => undefined,
  };
  const done: File[] = [];
  for (const filepath of Object.keys(files)) done.push(...(await startTests([{ filepath }], runner)));
  const tests = getTests(done);
  const wrong = tests.filter(({ result }) => result?.state === "fail");
  const lost = done.filter(({ result }) => result?.errors?.length);
  return {
    passed: tests.filter(({ result }) => result?.state === "pass").length,
    failed: [...lost, ...wrong].map((task) => `${getFullName(task)}: ${task.result?.errors?.[0]?.message}`),
  };
}
