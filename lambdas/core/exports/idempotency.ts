import { createHash } from "node:crypto";
import type { Export, ExportOrder } from "../../../api/export.ts";
import type { Deadline } from "../deadline.ts";
import { Failure, invalidFields } from "../failure.ts";
import type { Claim } from "../ports/coordination.ts";
import type { Using } from "../ports/ports.ts";
import { newExportId } from "./export-id.ts";

/**
 * Milliseconds after which an attempt that left no export is dead: no function runs that long behind the gateway.
 */
const attemptMs = 30_000;

/**
 * The caller's `Idempotency-Key`, if there is one.
 * @throws Failure `invalid_request` if it is no short text
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(header)) return header;
  const detail = "must be 1 to 255 printable ASCII characters, such as a UUID";
  throw invalidFields("header", [{ field: "Idempotency-Key", detail }]);
}

/**
 * Where an attempt's claim lies. A key is the caller's own text, so only its hash becomes part of a name.
 * @param attempt counts from 1; each attempt has a claim of its own, which only its maker changes
 */
export function claimObjectKey(workspaceId: number, key: string, attempt: number): string {
  return `${claimPrefix(workspaceId, key)}${attempt}.json`;
}

/** Where the claims of all attempts lie. */
export function claimPrefix(workspaceId: number, key: string): string {
  return `idempotency/workspace_id=${workspaceId}/${sha256(key)}/`;
}

/** The attempt that a claim's object is of. */
export function attemptOf(objectKey: string): number {
  return Number(objectKey.slice(objectKey.lastIndexOf("/") + 1, -".json".length));
}

export function keyReused(key: string): Failure {
  const detail = `The Idempotency-Key ${key} stands for another request. Send a new key with a new request.`;
  return new Failure("idempotency_key_reused", detail);
}

/** What tells one request from another; the order of the fields in the body does not. */
export function requestHash({ report, format, parameters, spreadsheet_safe }: ExportOrder): string {
  const asked = [report, format, Object.entries(parameters).sort(), ...(spreadsheet_safe ? [spreadsheet_safe] : [])];
  return sha256(JSON.stringify(asked));
}

/** Hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export type OncePorts = Using<{ coordination: "claims"; exports: "find"; clock: "now" | "sleep" }>;

/** What a key stands for. */
interface OnceRequest<T> {
  readonly key: string;
  readonly order: ExportOrder;
  /** Makes the export under this id. `isFirst`: no attempt that failed or died has left anything of it. */
  readonly make: (id: string, isFirst: boolean) => Promise<T>;
  /** What an export of an earlier request answers this one with; undefined if it has to wait for more. */
  readonly answerWith: (found: Export) => T | undefined;
}

/** How often to look whether the attempt that has the key is through, in milliseconds. */
const lookAgainMs = 400;

/**
 * Makes an export at most once for an `Idempotency-Key`: the first to claim it makes the export, all others get that
 * one. An attempt that failed or died leaves the key to the next, which goes on with the same id: what is there of it, a
 * file without its record or a message on the queue, is not there twice.
 * @throws Failure `idempotency_key_reused` for another request, `idempotency_key_in_use` while the first one runs
 */
export async function exportOnce<T>(request: OnceRequest<T>, deadline: Deadline, ports: OncePorts): Promise<T> {
  const { claims } = ports.coordination;
  const { key, order, answerWith } = request;
  for (;;) {
    const latest = await claims.latest(order.workspace_id, key, deadline);
    const claim = latest?.claim;
    if (claim && claim.request_sha256 !== requestHash(order)) throw keyReused(key);
    const found = claim && (await ports.exports.find(order.workspace_id, claim.export_id, deadline));
    const answer = found && answerWith(found);
    if (answer !== undefined) return answer;
    if (!claim || (found ? found.status === "failed" : isOver(claim, ports.clock.now()))) {
      const attempt = { number: (latest?.attempt ?? 0) + 1, begun: found ? undefined : claim?.export_id };
      const mine = await claimAndMake(attempt, request, deadline, ports);
      if (mine !== undefined) return mine;
    } else await ports.clock.sleep(lookAgainMs);
    if (deadline.remainingMs() < 2 * lookAgainMs) throw inUse(key);
  }
}

/**
 * Undefined if somebody else claimed the key first.
 * @param attempt with the id of the export that the attempt before had begun, if it left no record
 */
async function claimAndMake<T>(
  { number, begun }: { number: number; begun: string | undefined },
  { key, order, make }: OnceRequest<T>,
  deadline: Deadline,
  { coordination: { claims }, clock }: OncePorts,
): Promise<T | undefined> {
  const claimed_at = clock.now();
  const claim = { export_id: begun ?? newExportId(claimed_at), request_sha256: requestHash(order), claimed_at };
  const objectKey = claimObjectKey(order.workspace_id, key, number);
  if (!(await claims.create(objectKey, claim, deadline))) return undefined;
  try {
    return await make(claim.export_id, begun === undefined);
  } catch (error) {
    // If this cannot be written either, the claim runs out by itself.
    await claims.update(objectKey, { ...claim, failed: true }, deadline).catch(() => {});
    throw error;
  }
}

function isOver({ failed, claimed_at }: Claim, now: number): boolean {
  return failed === true || Math.abs(now - claimed_at) > attemptMs; // one of tomorrow is damaged
}

function inUse(key: string): Failure {
  const detail = `The first request with the Idempotency-Key ${key} is still under way. Wait for it, then send the same request again.`;
  return new Failure("idempotency_key_in_use", detail, { retryAfterSeconds: 5 });
}
