import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, most of it waiting: they begin first, so that the others fill the waiting. */
const longest = [
  "names",
  "current",
  "killed",
  "console-in-browser",
  "scheduled-trends",
  "quota",
  "aws-faults",
  "tenants",
  "endurance",
  "fault-matrix",
  "current-under-faults",
  "exit-statuses",
  "trends-in-browser",
  "query",
  "command-line",
  "background",
  "restatements",
  "typing-in-browser",
  "smoke-aws",
  "restatement-walk",
  "rights",
  "npm-start",
  "journeys",
  "package",
  "schedules",
  "build",
  "spreadsheet-formulas",
  "duplicates",
  "large-file",
  "exports",
  "nag",
  "deploy-command",
  "reference",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    sequence: { sequencer: LongestFirst },
    maxWorkers: 7, // most tests wait: with 5, two processors were idle for a quarter of the time
    isolate: false, // files of one worker share what is loaded and bundled; none keeps state of its own in a module
    testTimeout: 90_000, // a busy machine takes its time; nothing here is proven by the clock
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" }, // tests run on Node 20 on purpose
  },
});
