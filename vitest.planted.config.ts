import { defineConfig } from "vitest/config";

/** Plants bugs one at a time in copies of this folder and runs the tests that should notice; most of an hour. */
export default defineConfig({
  test: {
    include: ["test/planted/planted.check.ts"],
    hookTimeout: 6 * 60 * 60_000,
    testTimeout: 60_000,
    disableConsoleIntercept: true, // each line as it comes
  },
});
