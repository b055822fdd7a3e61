import { createServer } from "node:http";
import { expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import { apiCaller } from "../../client/call-api.ts";
import { insightsClient } from "../../client/insights-client.ts";
import { proxyCall } from "../../console/proxy-call.ts";
import { runningExport } from "../../lambdas/core/exports/export-state.ts";
import type { QueueMessage } from "../../lambdas/core/exports/run-order.ts";
import { readMessage } from "../../lambdas/core/exports/run-order.ts";
import { createExport } from "../../lambdas/create-export/handler.ts";
import { listenOnLoopback } from "../../local/listening.ts";
import { answer, monthly, schedulesOf } from "../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, queueOf, reportOf } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const projects = "/workspace/{workspace_id}/profitability/projects.csv";
const runs = "/workspace/{workspace_id}/schedules/{name}/runs";

/** What is asked for by a program, and what is on the queue and in the records then. */
async function asked(userAgents: string[] | undefined, route: string, headers: Record<string, string[]> = {}) {
  const [records, messages]: [Export[], QueueMessage[]] = [[], []];
  const keep = async (made: Export) => void records.push(made);
  const handler = createExport({
    configuration: { workspaces: new Set([123]), schedules: schedulesOf(monthly) },
    exports: exportsIn(new Map(), { create: keep, write: keep }),
    toggl: { report: async () => reportOf() },
    current: currentIn(),
    coordination: coordinationIn(),
    queue: queueOf({ send: async (_, message) => void messages.push(message) }),
    clock: clockAt(() => Date.parse("2026-11-03T05:00:00Z")),
  });
  const body = route === projects ? JSON.stringify({ currency: "usd" }) : "";
  const params = { workspace_id: "123", name: monthly.name };
  const sent = { ...headers, ...(userAgents && { "User-Agent": userAgents }) };
  await answer(handler, { route, params, body, headers: sent });
  return { records, messages };
}

const inBackground = { Prefer: ["respond-async"] };
const named = async (...userAgents: string[]) => {
  const { records } = await asked(userAgents, projects, inBackground);
  return records[0]?.requested_with ?? "none";
};

reportedCases("Who asked for an export is told apart", [
  { name: "the console", before: "http", right: "console", now: () => named("toggl-insights-console") },
  { name: "the command line", before: "http", right: "command-line", now: () => named("toggl-insights-cli") },
  {
    name: "the client, with a version",
    before: "http",
    right: "client",
    now: () => named("toggl-insights-client/1.2"),
  },
  { name: "curl", before: "http", right: "curl", now: () => named("curl/8.5.0") },
  {
    name: "curl in capitals, and more",
    before: "http",
    right: "curl",
    now: () => named("CURL/8.5.0 (x86_64) libcurl/8"),
  },
  {
    name: "sent twice: the first",
    before: "http",
    right: "curl",
    now: () => named("curl/8", "toggl-insights-console"),
  },
  {
    name: "a browser",
    before: "http",
    right: "none",
    now: () => named("Mozilla/5.0 (X11) curl/8 toggl-insights-console"),
  },
  { name: "a name that begins alike", before: "http", right: "none", now: () => named("curlie/1.0") },
  { name: "a name that ends alike", before: "http", right: "none", now: () => named("my-curl") },
  { name: "a name that every object has", before: "http", right: "none", now: () => named("constructor") },
  { name: "an empty one", before: "http", right: "none", now: () => named("") },
  { name: "100,000 characters", before: "http", right: "none", now: () => named("curl".repeat(25_000)) },
  {
    name: "no User-Agent",
    before: "http",
    right: undefined,
    now: async () => (await asked(undefined, projects, inBackground)).records[0]?.requested_with,
  },
  {
    name: "made while it is waited for",
    before: "http",
    right: "console",
    now: async () => (await asked(["toggl-insights-console"], projects)).records[0]?.requested_with,
  },
  {
    name: "a run of a schedule",
    before: "schedule",
    right: ["schedule", "command-line"],
    now: async () => {
      const [first] = (await asked(["toggl-insights-cli"], runs)).records;
      return [first?.requested_by, first?.requested_with];
    },
  },
]);

it("goes with the message, so that a record that is written again says the same", async () => {
  const { messages } = await asked(["curl/8"], projects, inBackground);
  const read = readMessage(JSON.stringify(messages[0]));
  expect(read.kind === "exports" && read.jobs[0]).toMatchObject({ requested_by: "http", requested_with: "curl" });
});

it("stays what it was while a run of a schedule is under way, whose message does not say it", async () => {
  const { records, messages } = await asked(["toggl-insights-cli"], runs);
  const read = readMessage(JSON.stringify(messages[0]));
  const [job] = read.kind === "exports" ? read.jobs : [];
  if (!job) throw new Error("The message has no exports");
  expect(runningExport(job, records[0], 0)).toMatchObject({ status: "running", requested_with: "command-line" });
  expect(runningExport(job, undefined, 0)).not.toHaveProperty("requested_with");
});

it("is said by our own programs: the client as itself, the console for the page", async () => {
  const agents: (string | undefined)[] = [];
  const server = await listenOnLoopback(
    createServer(({ headers }, response) => {
      agents.push(headers["user-agent"]);
      response.end('{"exports":[]}');
    }),
    0,
  );
  try {
    const baseUrl = server.url;
    await insightsClient({ baseUrl }).listExports(1);
    await insightsClient({ baseUrl, userAgent: "toggl-insights-cli" }).listExports(1);
    const headers = { "user-agent": "Mozilla/5.0", "x-console-token": "secret" };
    const request = new Request("http://127.0.0.1:3001/api/workspace/1/exports", { headers });
    await proxyCall(request, apiCaller({ baseUrl }));
  } finally {
    await server.close();
  }
  expect(agents).toEqual(["toggl-insights-client", "toggl-insights-cli", "toggl-insights-console"]);
});
