import { expect, it } from "vitest";
import { allows } from "../../local/aws/policy.ts";

const invoke = "execute-api:Invoke";
const allow = (...Resource: string[]) => ({ Effect: "Allow" as const, Action: [invoke], Resource });
const api = "arn:aws:execute-api:eu-central-1:111122223333:a1b2/v1";

it.each([
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/1/exports`, true],
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/1/exports/x/file`, true],
  [`${api}/GET/workspace/1/*`, `${api}/GET/workspace/12/exports`, false],
  [`${api}/GET/workspace/1/*`, `${api}/POST/workspace/1/exports`, false],
  [`${api}/GET/workspace/?/exports`, `${api}/GET/workspace/7/exports`, true],
  [`${api}/GET/workspace/?/exports`, `${api}/GET/workspace/77/exports`, false],
  [`${api}/GET/a.b`, `${api}/GET/aXb`, false],
])("a policy for %s and %s: %s", (pattern, resource, expected) => {
  expect(allows({ Statement: [allow(pattern)] }, invoke, resource)).toBe(expected);
});

it("denies what one statement denies, whatever another allows", () => {
  const deny = { ...allow(`${api}/GET/workspace/2/*`), Effect: "Deny" as const };
  const policy = { Statement: [allow(`${api}/*`), deny] };
  expect(allows(policy, invoke, `${api}/GET/workspace/1/exports`)).toBe(true);
  expect(allows(policy, invoke, `${api}/GET/workspace/2/exports`)).toBe(false);
});

it("takes actions in any case, and no other action", () => {
  const policy = { Statement: [{ ...allow(`${api}/*`), Action: ["EXECUTE-API:invoke"] }] };
  expect(allows(policy, invoke, `${api}/GET/x`)).toBe(true);
  expect(allows(policy, "execute-api:ManageConnections", `${api}/GET/x`)).toBe(false);
});
