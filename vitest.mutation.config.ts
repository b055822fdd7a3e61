import { defineConfig } from "vitest/config";

/** What mutation testing runs for each change: the tests that need no hosted template. */
export default defineConfig({
  test: {
    include: ["test/{core,adapters,http,handlers,reported}/**/*.test.ts"],
    exclude: ["test/reported/{rights,configuration}.test.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 90_000, // as in the ordinary run: a busy machine takes its time
  },
});
