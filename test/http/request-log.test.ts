import type { APIGatewayProxyEvent } from "aws-lambda";
import { expect, it } from "vitest";
import type { FailureKind } from "../../api/problems.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { logRequest } from "../../lambdas/http/behind-api-gateway.ts";

/** What is logged of a request that ended so. */
function logged(status: number, failure?: Failure, pathParameters: object | null = { workspace_id: "7" }, path = "/x") {
  const lines: [level: string, message: string, fields: Record<string, unknown>][] = [];
  const requestContext = { requestId: "r1", identity: { userArn: null } };
  const event = {
    httpMethod: "GET",
    resource: "/x",
    path,
    pathParameters,
    requestContext,
  } as unknown as APIGatewayProxyEvent;
  const outcome = { status, failure, durationMs: 5, correlationId: "c1", notes: { more: 1 } };
  logRequest(event, outcome, { event: (...line) => void lines.push(line as never), measure: () => {} });
  expect(lines).toHaveLength(1);
  const [[level, message, fields] = ["", "", {}]] = lines;
  return { level, message, fields: fields as Record<string, unknown> };
}
const failure = (kind: FailureKind, cause?: unknown) => new Failure(kind, "no", { cause });

it("is one line with what is known, an error from status 500 on", () => {
  expect(logged(200)).toMatchObject({
    level: "INFO",
    message: "GET /x 200",
    fields: { request_id: "r1", correlation_id: "c1", path: "/x", workspace_id: "7", duration_ms: 5, more: 1 },
  });
  expect(logged(200).fields).not.toHaveProperty("code");
  expect([logged(499).level, logged(500).level]).toEqual(["INFO", "ERROR"]);
  expect(logged(200, undefined, null).fields.workspace_id).toBeUndefined();
});

it.each([
  ["7", "7"],
  ["123456789012345", "123456789012345"],
  ["9007199254740991", undefined],
  ["k?X-Amz-Signature=5ec4e7", undefined],
  ["7#id_token=5ec4e7", undefined],
  ["7\n", undefined],
  ["", undefined],
])("has a workspace's id where it is one: %j", (workspace_id, said) => {
  const { fields } = logged(400, undefined, { workspace_id });
  expect(fields.workspace_id).toBe(said);
  expect(JSON.stringify(fields)).not.toContain("5ec4e7");
});

it("looks through a path of any length in no time", () => {
  for (const piece of ["%25", "%2525", "eyJ", "x%25", "a/"]) {
    const { fields } = logged(404, undefined, {}, `/${piece.repeat(200_000)}`);
    expect(String(fields.path).length).toBeGreaterThan(1);
  }
}, 5000);

it("says why: a cause in a few words, and with its stack where nobody expected it", () => {
  const cause = new TypeError("x is undefined");
  expect(logged(404, failure("export_not_found")).fields).toMatchObject({ code: "export_not_found", detail: "no" });
  expect(logged(404, failure("export_not_found")).fields.cause).toBeUndefined();
  expect(logged(503, failure("storage_unavailable", cause)).fields.cause).toBe("TypeError: x is undefined");
  expect(logged(503, failure("storage_unavailable", "a text")).fields.cause).toBe("a text");
  expect(logged(500, failure("internal_error", cause)).fields.cause).toBe(cause.stack);
});
