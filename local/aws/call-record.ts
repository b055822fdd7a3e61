import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import type { AccessRequest, NamedPolicy } from "./policy.ts";

/** An AWS call, the policies that were asked about it, and what they said. */
export interface DecidedCall {
  readonly request: AccessRequest;
  /** As AWS's messages name who asked: a role's session, a user, or a service. */
  readonly who: string;
  readonly identity?: NamedPolicy | undefined;
  readonly resource?: NamedPolicy | undefined;
  readonly isAllowed: boolean;
}

/** A line of the file: a policy, once in a process, or a call that names its policies by their keys. */
export type RecordedLine =
  | { readonly key: string; readonly policy: NamedPolicy }
  | (Omit<DecidedCall, "identity" | "resource"> & { readonly identity?: string; readonly resource?: string });

/** Appends each call to a file as a JSON line, so that somebody else can judge it too; processes may share the file. */
export function callRecord(file: string): (call: DecidedCall) => void {
  const keys = new Map<NamedPolicy, string>();
  const append = (line: RecordedLine) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const keyOf = (policy: NamedPolicy): string => {
    const known = keys.get(policy);
    if (known !== undefined) return known;
    const key = createHash("sha256").update(JSON.stringify(policy)).digest("hex").slice(0, 16);
    append({ key, policy });
    keys.set(policy, key);
    return key;
  };
  return ({ identity, resource, ...call }) =>
    append({ ...call, ...(identity && { identity: keyOf(identity) }), ...(resource && { resource: keyOf(resource) }) });
}
