import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { gradus: new URL("./src/node.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    typecheck: { enabled: false }, // tsc --noEmit checks expectTypeOf with everything else
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
  },
});
