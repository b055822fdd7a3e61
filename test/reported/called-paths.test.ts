import { shortLine } from "../../cli/start/short-lines.ts";
import { plainText } from "../../lambdas/core/text.ts";
import { behindApiGateway } from "../../lambdas/http/behind-api-gateway.ts";
import { apiEvent } from "../http/api-event.ts";
import { reportedCases } from "./reported-cases.ts";

const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const signature = "X-Amz-Signature=5ec4e7";
const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI1ZWM0ZTcifQ.5ec4e7";
const long = "x".repeat(60);
const oneExport = "/workspace/{workspace_id}/exports/{export_id}";

/** What the terminal shows of a call but its duration. */
async function shown(path: string, route: string): Promise<string> {
  const lines: string[] = [];
  const event = (level: string, message: string, fields: object) =>
    void lines.push(JSON.stringify({ level, message, ...fields }));
  const handle = behindApiGateway(async () => ({ status: 200, headers: {} }), { event, measure: () => {} });
  await handle({ ...apiEvent({ method: "GET", route }), path });
  const [line = ""] = lines.map((logged) => shortLine(logged)?.toString() ?? "");
  return plainText(line).replace(/ {2}\d+ ms$/, "");
}

/** What stood there before had the route's pattern in place of what was called, then all of it. */
const cases: readonly (readonly [name: string, path: string, route: string, before: string, right?: string])[] = [
  ["an export", `/workspace/7/exports/${id}`, oneExport, "…/exports/{export_id}"],
  [
    "an export's file",
    `/workspace/9007199254740991/exports/${id}/file`,
    `${oneExport}/file`,
    "…/exports/{export_id}/file",
  ],
  [
    "a schedule with the longest name",
    `/workspace/7/schedules/${"s".repeat(40)}/latest.csv`,
    "/workspace/{workspace_id}/schedules/{name}/latest.csv",
    "…/schedules/{name}/latest.csv",
  ],
  ["an address that leads nowhere", "/workspaces/7", "/{proxy+}", "/{proxy+}"],
  [
    "a part that is long",
    `/workspace/7/exports/${long}/file`,
    `${oneExport}/file`,
    "…/exports/{export_id}/file",
    `/workspace/7/exports/${"x".repeat(39)}…/file`,
  ],
  ["many parts", "/a/b".repeat(40), "/{proxy+}", "/{proxy+}", `${"/a/b".repeat(40).slice(0, 119)}…`],
  ["wide letters", `/${"幅".repeat(30)}/x`, "/{proxy+}", "/{proxy+}", `/${"幅".repeat(19)}…/x`],
  [
    "a link that was pasted",
    `/workspace/7/exports/s3%2Fkey%3F${signature}`,
    oneExport,
    "…/exports/{export_id}",
    "/workspace/7/exports/s3%2Fkey…",
  ],
  ["one that was encoded twice", `/s3%252Fkey%253f${signature}`, "/{proxy+}", "/{proxy+}", "/s3%252Fkey…"],
  ["one that a gateway decoded", `/s3/key?${signature}\n&more`, "/{proxy+}", "/{proxy+}", "/s3/key…"],
  ["a link's fragment", `/workspace/7/exports/k%23${signature}`, oneExport, "all of it", "/workspace/7/exports/k…"],
  ["a fragment, encoded three times", `/k%252523id_token=5ec4e7`, "/{proxy+}", "all of it", "/k…"],
  ["a fragment, decoded", `/k#id_token=5ec4e7/more`, "/{proxy+}", "all of it", "/k…"],
  [
    "a query without its question mark",
    `/workspace/7/names&${signature}/x`,
    "/{proxy+}",
    "all of it",
    "/workspace/7/…/x",
  ],
  ["one whose hyphens are encoded", "/k&x%252DAMZ%2dSignature=5ec4e7", "/{proxy+}", "all of it", "/…"],
  ["a JWT", `/workspace/7/schedules/${jwt}/runs`, "/{proxy+}", "all of it", "/workspace/7/schedules/…/runs"],
  ["a JWT behind a word", `/Bearer%20${jwt}`, "/{proxy+}", "all of it", "/…"],
  ["what a terminal obeys, encoded", "/%1b[2J%0a201", "/{proxy+}", "/{proxy+}"],
  ["what a terminal obeys", "/a\u001b[2J\u009b8m\u202e\n201", "/{proxy+}", "/{proxy+}", "/a [2J 8m  201"],
];

reportedCases(
  "At a terminal, a call's line has the path that was called",
  cases.map(([name, path, route, before, right = path]) => ({
    name,
    before: before.replace("…", "/workspace/123"),
    right: `200  GET ${right}`,
    now: () => shown(path, route),
  })),
);
