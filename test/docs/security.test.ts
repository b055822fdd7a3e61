import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { callerPolicies } from "../../lib/caller-policies.ts";

const page = readFileSync("docs/security.md", "utf8");
const apiArn = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/v1";

it.each(Object.entries(callerPolicies))("shows the policy of a %s as it is", (name, policyFor) => {
  const [, shown = ""] = page.split(`**${name}**`)[1]?.split(/```(?:json)?/) ?? [];
  expect(JSON.parse(shown)).toEqual(policyFor({ apiArn, workspaceId: 123 }));
});
