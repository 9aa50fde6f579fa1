// Runs a test file on a page, with what vitest runs it with.

import { startTests, type VitestRunner } from "@vitest/runner";
import { getFullName, getTests } from "@vitest/runner/utils";

export interface Outcome {
  readonly passed: number;
  /** Tests that say themselves that they do not apply here. */
  readonly skipped: number;
  readonly failed: readonly string[];
}

/**
 * Runs a test file.
 *
 * @param load imports the module that registers the file's tests
 */
export async function run(filepath: string, load: () => Promise<unknown>): Promise<Outcome> {
  const runner: VitestRunner = {
    config: {
      ...{ root: "/", setupFiles: [], name: undefined, passWithNoTests: false, testNamePattern: undefined },
      ...{ allowOnly: true, chaiConfig: undefined, maxConcurrency: 1, testTimeout: 120_000, hookTimeout: 60_000 },
      ...{ retry: 0, includeTaskLocation: undefined, tags: [], tagsFilter: undefined, strictTags: false },
      sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    },
    importFile: load,
    onTaskUpdate: async () => undefined,
  };
  const files = await startTests([{ filepath }], runner);
  const tests = getTests(files);
  const count = (state: string): number => tests.filter(({ result, mode }) => (result?.state ?? mode) === state).length;
  const wrong = [...files, ...tests].filter(({ result }) => result?.errors?.length);
  return {
    passed: count("pass"),
    skipped: count("skip"),
    failed: wrong.map((task) => `${getFullName(task)}: ${task.result?.errors?.[0]?.message}`),
  };
}
