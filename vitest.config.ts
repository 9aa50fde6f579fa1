import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradus$/, replacement: new URL("./src/node.ts", import.meta.url).pathname },
      { find: /^gradus\/(\w+)$/, replacement: `${new URL("./src/", import.meta.url).pathname}$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seeded.ts"],
    typecheck: { enabled: false }, // tsc --noEmit checks expectTypeOf with everything else
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
  },
});
