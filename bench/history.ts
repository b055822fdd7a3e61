import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ulid } from "ulid";
import { recordKey } from "../lambdas/core/exports/keys.ts";
import { type Listening, listenOnLoopback } from "../local/listening.ts";
import { invoke, type Stage, withProcess } from "./stage.ts";
import { median, round, timed } from "./statistics.ts";

const sizes = [100, 1000, 10_000];
const rounds = 9;
/** A workspace that nothing else writes to. */
const workspaceIndex = 9;

interface HistoryRow {
  readonly exports: number;
  readonly what: string;
  readonly ms: number;
  readonly list_requests: number;
  readonly get_requests: number;
}

/** Time and S3 requests that looking at a history takes, by the number of exports that it holds. */
export async function measureHistory(stage: Stage) {
  const workspaceId = stage.workspaceIds[workspaceIndex] ?? 0;
  const counted = await countingProxy(stage.local.s3Url);
  const { settings } = stage.function("browse-exports");
  const environment = { ...settings.environment, AWS_ENDPOINT_URL_S3: counted.url };
  const history = historyOn(stage, workspaceId);
  const rows: HistoryRow[] = [];
  let last = "";
  let filled = 0;
  for (const size of sizes) {
    for (; filled < size; ) {
      const ids = await Promise.all(Array.from({ length: Math.min(20, size - filled) }, history.add));
      last = ids.at(-1) ?? "";
      filled += ids.length;
    }
    const base = `${stage.local.url}/workspace/${workspaceId}/exports`;
    const events: Record<string, unknown> = {};
    for (const [what, url] of [
      ["first page", base],
      ["filtered page", `${base}?report=profitability/employees`],
      ["one export", `${base}/${last}`],
    ] as const) {
      events[what] = await stage.eventOf("browse-exports", () => fetch(url));
    }
    await withProcess({ ...settings, environment }, async (process) => {
      for (const [what, event] of Object.entries(events)) {
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          counted.requests.length = 0;
          times.push((await timed(() => invoke(process, event))).ms);
        }
        const lists = counted.requests.filter((url) => url.includes("list-type")).length;
        const gets = counted.requests.length - lists;
        rows.push({ exports: size, what, ms: round(median(times), 1), list_requests: lists, get_requests: gets });
      }
    });
  }
  await counted.close();
  return rows;
}

/** Fills a history with copies of a record that the product wrote. */
function historyOn({ local: { settings, s3Url, bucket: Bucket } }: Stage, workspace_id: number) {
  const s3 = new S3Client({ ...settings, endpoint: s3Url, forcePathStyle: true });
  const model = (async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "records/", MaxKeys: 1 }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
    return JSON.parse((await Body?.transformToString()) ?? "{}");
  })();
  return {
    async add(): Promise<string> {
      const id = ulid(Date.now() - Math.floor(Math.random() * 1e10));
      const record = { ...(await model), id, workspace_id };
      await s3.send(new PutObjectCommand({ Bucket, Key: recordKey(workspace_id, id), Body: JSON.stringify(record) }));
      return id;
    },
  };
}

/** Hands requests on to S3 and remembers their addresses. */
async function countingProxy(target: string): Promise<Listening & { readonly requests: string[] }> {
  const requests: string[] = [];
  const forward = (message: IncomingMessage, response: ServerResponse) => {
    requests.push(message.url ?? "");
    const { method, headers } = message;
    const onward = request(new URL(message.url ?? "/", target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(message, onward, () => {});
  };
  return { ...(await listenOnLoopback(createServer(forward), 0)), requests };
}
