import { SQSClient } from "@aws-sdk/client-sqs";
import type { Export, ExportOrder } from "../../api/export.ts";
import type { FailureKind, GatewayCode } from "../../api/problems.ts";
import type { exitCodes } from "../../cli/exit-codes.ts";
import { exportQueue } from "../../lambdas/adapters/aws/export-queue.ts";
import { writeScratchFile } from "../../lambdas/adapters/disk/scratch-file.ts";
import { exportHistory } from "../../lambdas/adapters/s3/export-records.ts";
import { withS3 } from "../../lambdas/adapters/s3/s3-client.ts";
import { overTheWire } from "../../lambdas/adapters/toggl/raw-fetch.ts";
import { wholeBody } from "../../lambdas/adapters/toggl/toggl-body.ts";
import { tokenSource } from "../../lambdas/adapters/toggl/token-source.ts";
import { browseExports } from "../../lambdas/browse-exports/handler.ts";
import { latestFile } from "../../lambdas/browse-exports/latest-file.ts";
import { claimObjectKey, exportOnce, keyReused, requestHash } from "../../lambdas/core/exports/idempotency.ts";
import { parseManifest } from "../../lambdas/core/schedules/manifest.ts";
import { outsideText } from "../../lambdas/core/toggl/outside-text.ts";
import { failureOf } from "../../lambdas/core/toggl/toggl-answer.ts";
import { parseTokenSecret } from "../../lambdas/core/toggl/token-secret.ts";
import { checkTrends } from "../../lambdas/core/toggl/trends-check.ts";
import { configuredWorkspace } from "../../lambdas/core/workspace.ts";
import { acceptColumns } from "../../lambdas/create-export/rebuild-schedule.ts";
import { runSchedule } from "../../lambdas/create-export/run-schedule.ts";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { jsonBody } from "../../lambdas/http/json-body.ts";
import { withinLambdaLimit } from "../../lambdas/http/lambda-limit.ts";
import { monthly, schedulesOf } from "../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, queueOf } from "../ports.ts";

/** One way to a problem, and what people must be told about it. */
export interface ProblemCase {
  /** Fails as the product does: what it throws becomes the answer. */
  readonly fail: (request: HttpRequest) => unknown;
  /** Words that tell what to do. */
  readonly tells: string;
  /** How the command line ends. */
  readonly ends: keyof typeof exitCodes;
  /** What API Gateway knows of the caller. */
  readonly context?: object;
}

const order: ExportOrder = { workspace_id: 1, report: "trends/projects", format: "csv", parameters: {} };
const configuration = { workspaces: new Set([1]), schedules: new Map() };
const queued = { id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1T", workspace_id: 1, status: "queued" } as Export;
const clock = clockAt(Date.now);

const rejected = (name: string, more: object = {}) =>
  Promise.reject(Object.assign(new Error("with a stack"), { name, ...more }));
const toggl =
  (status: number, said: string, headers: Record<string, string> = {}) =>
  () => {
    const answer = { status, headers: new Headers(headers), body: JSON.stringify(said), outside: outsideText("token") };
    throw failureOf(answer, 0);
  };
const browse = (records: Export[], route: string) => (request: HttpRequest) => {
  const exports = exportsIn(new Map(records.map((one) => [one.id, one])));
  const description = () => ({});
  return browseExports({
    configuration: { ...configuration, description },
    exports,
    current: currentIn(),
    coordination: coordinationIn(),
    clock,
  })({ ...request, route });
};
const body = (sent: string | Buffer) => (request: HttpRequest) => jsonBody({ ...request, body: Buffer.from(sent) });
const answerOf7Mb = (request: HttpRequest) =>
  withinLambdaLimit(request, { status: 200, headers: {}, body: "x".repeat(7e6) });
const once = ({ deadline }: HttpRequest) => {
  const claim = { export_id: queued.id, request_sha256: requestHash(order), claimed_at: Date.now() };
  const coordination = coordinationIn({ claims: new Map([[claimObjectKey(1, "k1", 1), claim]]) });
  const ports = { coordination, exports: exportsIn(new Map([[queued.id, queued]])), clock };
  const asked = { key: "k1", order, make: async () => queued, answerWith: () => undefined };
  return exportOnce(asked, { ...deadline, remainingMs: () => 0 }, ports);
};
const secret = ({ deadline }: HttpRequest) =>
  tokenSource({ readSecret: () => rejected("AccessDenied"), secrets: new Map([[1, "s"]]), clock }).read(1, deadline);

const queueThatIsDown = new SQSClient({
  region: "eu-central-1",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
  requestHandler: { handle: () => rejected("Down") },
});

/** A bucket in which every object holds this text. */
const bucketWith = (text: string) =>
  ({ bucket: "b", s3: { send: async () => ({ Body: { transformToString: async () => text } }) } }) as never;

async function* pieces(): AsyncGenerator<Buffer> {
  yield Buffer.from("piece");
}

/** Each kind of failure by the product's own code: a new kind does not compile without a case. */
export const functionCases: Record<FailureKind, readonly ProblemCase[]> = {
  invalid_request: [
    {
      fail: () => configuredWorkspace("x", configuration.workspaces),
      tells: "must be the workspace's id",
      ends: "usage",
    },
    { fail: body(""), tells: "Send a JSON object", ends: "usage" },
    { fail: body("{"), tells: "Send a JSON object", ends: "usage" },
    { fail: body(Buffer.from([0xff])), tells: "Send it in UTF-8", ends: "usage" },
    { fail: body(" ".repeat(300_000)), tells: "Send fewer ids", ends: "usage" },
  ],
  toggl_rejected: [
    { fail: toggl(400, "Invalid date span"), tells: "Correct what Toggl names", ends: "usage" },
    { fail: toggl(404, ""), tells: "Correct what Toggl names", ends: "usage" },
  ],
  workspace_not_configured: [
    {
      fail: () => configuredWorkspace("42", configuration.workspaces),
      tells: "Add it to insights.config.json",
      ends: "refused",
    },
  ],
  access_denied: [
    { fail: () => {}, context: { authorizer: { workspaces: "7" } }, tells: "Ask whoever issues", ends: "refused" },
  ],
  route_not_found: [{ fail: browse([], "/nowhere"), tells: "Check method and path", ends: "notFound" }],
  export_not_found: [
    { fail: browse([], "/workspace/{workspace_id}/exports/{export_id}"), tells: "Look for it", ends: "notFound" },
    {
      fail: browse([queued], "/workspace/{workspace_id}/exports/{export_id}/file"),
      tells: "Look for it",
      ends: "notFound",
    },
  ],
  schedule_not_found: [
    {
      fail: (request) =>
        runSchedule(request, {
          configuration,
          exports: exportsIn(),
          coordination: coordinationIn(),
          queue: queueOf(),
          clock,
        }),
      tells: "Name one that it has",
      ends: "notFound",
    },
  ],
  record_damaged: [
    {
      fail: ({ deadline }) => exportHistory(bucketWith("null")).get(1, queued.id, deadline),
      tells: "Put back an earlier version",
      ends: "unavailable",
    },
  ],
  nothing_yet: [
    {
      fail: (request) =>
        latestFile(
          1,
          "csv",
          { ...request, params: { name: "monthly" } },
          {
            configuration: { schedules: schedulesOf({ ...monthly, workspace_id: 1 }) },
            exports: exportsIn(),
            current: currentIn(),
          },
        ),
      tells: "Run the schedule, or wait",
      ends: "notFound",
    },
  ],
  manifest_damaged: [
    { fail: () => parseManifest("null", "monthly-usd"), tells: "npx toggl-insights rebuild", ends: "unavailable" },
  ],
  no_columns_held: [
    {
      fail: (request) =>
        acceptColumns(
          { ...request, params: { workspace_id: "123", name: monthly.name } },
          {
            configuration: { workspaces: new Set([123]), schedules: schedulesOf(monthly) },
            current: currentIn(),
            queue: queueOf(),
            clock: clockAt(() => 0),
          },
        ),
      tells: "holds no file back",
      ends: "notFound",
    },
  ],
  idempotency_key_reused: [
    {
      fail: () => {
        throw keyReused("k1");
      },
      tells: "Send a new key",
      ends: "usage",
    },
  ],
  idempotency_key_in_use: [{ fail: once, tells: "Wait for it", ends: "limited" }],
  response_too_large: [{ fail: answerOf7Mb, tells: "Ask for less", ends: "usage" }],
  token_not_set: [
    { fail: () => parseTokenSecret({ name: "s", workspaceId: 1 }, ""), tells: "Run `npm run token", ends: "refused" },
  ],
  token_unavailable: [{ fail: secret, tells: "Try again in a moment", ends: "unavailable" }],
  toggl_credentials_rejected: [
    { fail: toggl(401, ""), tells: "check the token", ends: "refused" },
    { fail: toggl(403, "Admin permissions required"), tells: "check the token", ends: "refused" },
  ],
  toggl_feature_required: [{ fail: toggl(402, "Upgrade!"), tells: "Ask the owner of the workspace", ends: "refused" }],
  toggl_quota_exhausted: [
    {
      fail: toggl(402, "hourly limit", { "x-toggl-quota-resets-in": "133" }),
      tells: "Ask again then",
      ends: "limited",
    },
  ],
  toggl_rate_limited: [{ fail: toggl(429, ""), tells: "Send fewer requests", ends: "limited" }],
  toggl_invalid_file: [
    { fail: () => checkTrends(Buffer.from("<html>")), tells: "Try again in a moment", ends: "unavailable" },
  ],
  toggl_file_too_large: [
    { fail: () => wholeBody(pieces() as never, 0), tells: "Ask for less", ends: "unavailable" },
    {
      fail: () => writeScratchFile(pieces(), { maxBytes: 1, inspect: () => {} }),
      tells: "Ask for a shorter period",
      ends: "unavailable",
    },
  ],
  toggl_gone: [{ fail: toggl(410, "Gone."), tells: "Look for a newer version", ends: "unavailable" }],
  toggl_unexpected: [{ fail: toggl(302, ""), tells: "Look for a newer version", ends: "unavailable" }],
  toggl_unavailable: [
    { fail: toggl(503, "", { "retry-after": "30" }), tells: "Try again in a few minutes", ends: "unavailable" },
    {
      fail: ({ deadline }) => overTheWire(deadline, () => rejected("Error", { code: "ECONNRESET" })),
      tells: "Try again in a few minutes",
      ends: "unavailable",
    },
  ],
  toggl_timeout: [
    {
      fail: ({ deadline }) => overTheWire({ ...deadline, signal: AbortSignal.abort() }, () => rejected("AbortError")),
      tells: "Ask for a shorter period",
      ends: "unavailable",
    },
  ],
  storage_unavailable: [
    {
      fail: () => withS3("The file could not be stored", () => rejected("SlowDown")),
      tells: "Try again in a moment",
      ends: "unavailable",
    },
  ],
  queue_unavailable: [
    {
      fail: ({ deadline }) =>
        exportQueue("", new Map(), queueThatIsDown).send(1, { event_of: queued }, queued.id, deadline),
      tells: "Try again in a moment",
      ends: "unavailable",
    },
  ],
  scratch_disk_full: [
    {
      fail: () =>
        writeScratchFile(pieces(), {
          maxBytes: 9,
          inspect: () => {
            throw Object.assign(new Error("full"), { code: "ENOSPC" });
          },
        }),
      tells: "Ask for a shorter period",
      ends: "unavailable",
    },
  ],
  internal_error: [{ fail: () => rejected("TypeError"), tells: "Try again; if it comes back", ends: "unavailable" }],
};

/** What must be said about what API Gateway answers by itself. */
export const gatewayCases: Record<GatewayCode, Pick<ProblemCase, "tells" | "ends">> = {
  not_signed_or_no_such_route: { tells: "Sign the request", ends: "refused" },
  invalid_token: { tells: "Send the header Authorization", ends: "refused" },
  access_denied: { tells: "Ask for a policy", ends: "refused" },
  invalid_signature: { tells: "Check credentials", ends: "refused" },
  expired_credentials: { tells: "Log in to AWS", ends: "refused" },
  too_many_requests: { tells: "Try again", ends: "limited" },
  gateway_timeout: { tells: "Ask for less, or try again", ends: "unavailable" },
  function_failed: { tells: "Try again; if it comes back", ends: "unavailable" },
  gateway_refused: { tells: "Check method, path and headers", ends: "usage" },
  gateway_failed: { tells: "Try again in a moment", ends: "unavailable" },
};
