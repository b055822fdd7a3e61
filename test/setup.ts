import fc from "fast-check";
import { beforeEach } from "vitest";
import { seed } from "./seed.ts";

fc.configureGlobal({ seed });

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(`This was with TEST_SEED=${seed}.`));
});
