import type { Deadline } from "../deadline.ts";

/** That one run works on an export, and until when it can at most. */
export interface Lease {
  /** Milliseconds since 1970; the run is ended by then. */
  readonly until: number;
  /** Whether the run gave it back before. */
  readonly isOver?: boolean;
}

/** Leases of one export are numbered; each number is taken once. */
export interface ExportLeases {
  latest(exportId: string, deadline: Deadline): Promise<{ number: number; lease: Lease } | undefined>;
  /** False if another run was faster. */
  create(exportId: string, number: number, lease: Lease, deadline: Deadline): Promise<boolean>;
  /** Overwrites a lease that the caller holds. */
  update(exportId: string, number: number, lease: Lease, deadline: Deadline): Promise<void>;
}

/** No run lasts longer: Lambda ends it after a quarter of an hour. Clocks may differ a little. */
const maxLeaseMs = 16 * 60_000;

type Taken = { readonly heldUntil: number } | { release(): Promise<void> };

/**
 * Makes sure that one run at a time works on an export, though its message may be delivered many times at once.
 * @param until when this run will have ended, come what may
 */
export async function takeLease(
  exportId: string,
  { leases, now, until, deadline }: { leases: ExportLeases; now: () => number; until: number; deadline: Deadline },
): Promise<Taken> {
  const latest = await leases.latest(exportId, deadline);
  if (latest && isHeld(latest.lease, now())) return { heldUntil: latest.lease.until };
  const number = (latest?.number ?? 0) + 1;
  if (!(await leases.create(exportId, number, { until }, deadline))) return { heldUntil: now() + 1000 };
  return { release: () => leases.update(exportId, number, { until, isOver: true }, deadline) };
}

/** A lease that reaches further than any run is damaged and holds nobody up. */
function isHeld({ until, isOver }: Lease, now: number): boolean {
  return !isOver && until > now && until <= now + maxLeaseMs;
}
