import type { Deadline } from "../deadline.ts";
import type { Lease } from "../ports/coordination.ts";
import type { Using } from "../ports/ports.ts";

/** No run lasts longer: Lambda ends it after a quarter of an hour. Clocks may differ a little. */
const maxLeaseMs = 16 * 60_000;

type Taken = { readonly heldUntil: number } | { release(): Promise<void> };

/**
 * Makes sure that one run at a time works on an export, though its message may be delivered many times at once.
 * @param until when this run will have ended, come what may
 */
export async function takeLease(
  exportId: string,
  { until, deadline }: { until: number; deadline: Deadline },
  { coordination: { leases }, clock }: Using<{ coordination: "leases"; clock: "now" }>,
): Promise<Taken> {
  const latest = await leases.latest(exportId, deadline);
  if (latest && isHeld(latest.lease, clock.now())) return { heldUntil: latest.lease.until };
  const number = (latest?.number ?? 0) + 1;
  if (!(await leases.create(exportId, number, { until }, deadline))) return { heldUntil: clock.now() + 1000 };
  return { release: () => leases.update(exportId, number, { until, isOver: true }, deadline) };
}

/** A lease that reaches further than any run is damaged and holds nobody up. */
function isHeld({ until, isOver }: Lease, now: number): boolean {
  return !isOver && until > now && until <= now + maxLeaseMs;
}
