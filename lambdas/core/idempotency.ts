import { createHash } from "node:crypto";
import type { ExportOrder } from "./export.ts";
import { Failure, invalidFields } from "./failure.ts";

/** That an `Idempotency-Key` is taken, by what and for what. */
export interface Claim {
  readonly export_id: string;
  /** What was asked for, as a hash: another request under the same key is a mistake of the caller's. */
  readonly request_sha256: string;
  /** Milliseconds since 1970. */
  readonly claimed_at: number;
  /** Whether the attempt has failed, so that the next one need not wait for it. */
  readonly failed?: boolean;
}

/**
 * Milliseconds after which an attempt that left no export is dead: no function runs that long behind the gateway.
 */
export const attemptMs = 30_000;

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
