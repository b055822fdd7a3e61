import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 4, // the end-to-end tests mostly wait
    isolate: false, // files of one worker share what is loaded and bundled; none keeps state of its own in a module
    testTimeout: 90_000, // a busy machine takes its time; nothing here is proven by the clock
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" }, // tests run on Node 20 on purpose
  },
});
