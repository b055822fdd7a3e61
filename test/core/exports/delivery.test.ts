import { describe, expect, it } from "vitest";
import { mayWaitUntil } from "../../../lambdas/core/exports/delivery.ts";

const sentAt = Date.parse("2026-11-03T05:00:00Z");
const day = 24 * 3600_000;

describe("a message may wait", () => {
  it.each([
    ["for an hour", sentAt + 3600_000, 1, true],
    ["until a day before SQS drops it", sentAt + 13 * day, 1, true],
    ["a moment longer", sentAt + 13 * day + 1, 1, false],
    ["while receipts are left for a run that finds another at work", sentAt, 979, true],
    ["with the next one", sentAt, 980, false],
    ["at the last receipt before SQS moves it", sentAt, 999, false],
  ])("%s", (_, at, receipts, may) => {
    expect(mayWaitUntil(at, { sentAt, receipts })).toBe(may);
  });
});
