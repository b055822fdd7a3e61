import { defineConfig } from "vitest/config";

/** What mutation testing runs for each change: the tests that need no hosted template. */
export default defineConfig({
  test: { include: ["test/core/**/*.test.ts", "test/adapters/**/*.test.ts"], testTimeout: 30_000 },
});
