import { expect, it } from "vitest";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { takeLease } from "../../../lambdas/core/exports/export-lease.ts";
import type { Lease } from "../../../lambdas/core/ports/coordination.ts";
import { clockAt, coordinationIn } from "../../ports.ts";

const now = Date.parse("2026-11-03T05:00:00Z");
const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
const id = "01KAT400000000000000000000";

it("has who was a moment slower look again in a second, when the other's lease can be read", async () => {
  const leases = new Map<string, Lease[]>();
  const base = coordinationIn({ leases });
  const ports = { coordination: base, clock: clockAt(() => now) };
  const create: typeof base.leases.create = async (exportId, number, lease, within) => {
    await base.leases.create(exportId, number, { ...lease, until: now + 60_000 }, within); // somebody else's
    return base.leases.create(exportId, number, lease, within);
  };
  const slower = { ...ports, coordination: { leases: { ...base.leases, create } } };
  expect(await takeLease(id, { until: now + 300_000, deadline }, slower)).toEqual({ heldUntil: now + 1000 });
  expect(await takeLease(id, { until: now + 300_000, deadline }, ports)).toEqual({ heldUntil: now + 60_000 });
});
