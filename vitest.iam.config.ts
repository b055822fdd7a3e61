import { defineConfig } from "vitest/config";

/** Asks an IAM engine of somebody else's; IAM_SIMULATE says where it lies. */
export default defineConfig({
  test: {
    include: ["test/iam/*.check.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    disableConsoleIntercept: true, // tables as they are
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
});
