import { expect, it } from "vitest";
import type { ExportOrder } from "../../../api/export.ts";
import { attemptOf, claimObjectKey, requestHash } from "../../../lambdas/core/exports/idempotency.ts";

const order: ExportOrder = { workspace_id: 1, report: "trends/projects", format: "csv", parameters: { a: 1, b: [2] } };

it("tells requests apart by report, format, parameters and what is done with the file, not by their order", () => {
  const same = requestHash(order);
  expect(requestHash({ ...order, parameters: { b: [2], a: 1 } })).toBe(same);
  const others: ExportOrder[] = [
    { ...order, format: "xlsx" },
    { ...order, report: "profitability/projects" },
    { ...order, parameters: { a: 1, b: [3] } },
    { ...order, spreadsheet_safe: true },
  ];
  expect(new Set([same, ...others.map(requestHash)]).size).toBe(5);
});

it("keeps the claims of each workspace's keys apart, an object for each attempt", () => {
  const [one, other] = [claimObjectKey(1, "k", 12), claimObjectKey(2, "k", 12)];
  expect(one).toMatch(/^idempotency\/workspace_id=1\/[0-9a-f]{64}\/12\.json$/);
  expect(other).toMatch(/^idempotency\/workspace_id=2\//);
  expect(claimObjectKey(1, "K", 12)).not.toBe(one);
  expect(attemptOf(one)).toBe(12);
});
