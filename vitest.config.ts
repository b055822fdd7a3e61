import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, most of it waiting: they begin first, so that the others fill the waiting. */
const longest = [
  "current-under-faults",
  "current",
  "killed",
  "console-in-browser",
  "fault-matrix",
  "scheduled-trends",
  "endurance",
  "quota",
  "deploy-command",
  "aws-faults",
  "npm-start",
  "tenants",
  "smoke-aws",
  "command-line-faults",
  "exit-statuses",
  "command-line",
  "trends-in-browser",
  "query",
  "background",
  "restatements",
  "restatement-walk",
  "typing-in-browser",
  "names",
  "conditional-writes",
  "spreadsheet-formulas",
  "commands",
  "foreign-pages",
  "large-file",
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
    setupFiles: ["test/setup.ts"],
    sequence: { sequencer: LongestFirst },
    maxWorkers: 3, // one more than processors where there are two: some tests wait, and each worker loads everything once
    isolate: false, // files of one worker share what is loaded and bundled; none keeps state of its own in a module
    testTimeout: 90_000, // a busy machine takes its time; nothing here is proven by the clock
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" }, // tests run on Node 20 on purpose
  },
});
