import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { authorization, invoke, october, post, type Stage, withProcess } from "./stage.ts";
import { percentile, round, timed } from "./statistics.ts";

const calls = 1000;
const warmUps = 50;

/** What a warm call takes above what Toggl's simulator and S3 take for the same, in milliseconds. */
export async function measureWarmCalls(stage: Stage) {
  const workspace = `${stage.local.url}/workspace/${stage.workspaceIds[0]}`;
  const trends = await stage.eventOf("load-trends", () => post(`${workspace}/data_trends/projects`, october));
  const asked = askAgain(stage);
  const small = await stage.eventOf("create-export", () => post(`${workspace}/trends/projects.csv`, october));
  const askedForFile = askAgain(stage);
  const put = putter(stage);
  return {
    "trend call": await overhead(stage, "load-trends", trends, () => timed(asked)),
    "small export": await overhead(stage, "create-export", small, async () => {
      const file = await timed(askedForFile);
      const puts = [await put(file.value), await put("{}".padEnd(1000))];
      return { ms: file.ms + puts.reduce((sum, ms) => sum + ms, 0) };
    }),
  };
}

/** Asks Toggl's simulator what it was asked last. */
function askAgain({ simulator, togglUrl, token }: Stage): () => Promise<string> {
  const { path, body } = simulator.requests.at(-1) ?? {};
  const headers = { authorization: authorization(token) };
  return async () => (await post(`${togglUrl}${path}`, body, headers)).text();
}

/** Puts an object with nothing but HTTP, and gives the milliseconds. */
function putter({ local: { settings, s3Url, bucket } }: Stage): (body: string) => Promise<number> {
  const s3 = new S3Client({ ...settings, endpoint: s3Url, forcePathStyle: true });
  return async (body) => {
    const command = new PutObjectCommand({ Bucket: bucket, Key: `bench/${randomUUID()}` });
    const url = await getSignedUrl(s3, command, { expiresIn: 60 });
    const { ms, value } = await timed(async () => {
      const response = await fetch(url, { method: "PUT", body });
      await response.arrayBuffer();
      return response;
    });
    if (!value.ok) throw new Error(`S3 answered ${value.status}.`);
    return ms;
  };
}

async function overhead(
  stage: Stage,
  name: "load-trends" | "create-export",
  event: unknown,
  others: () => Promise<{ ms: number }>,
) {
  const whole: number[] = [];
  const rest: number[] = [];
  const above: number[] = [];
  await withProcess(stage.function(name).settings, async (process) => {
    for (let call = -warmUps; call < calls; call++) {
      const { ms } = await timed(() => invoke(process, event));
      const { ms: theirs } = await others();
      if (call < 0) continue;
      whole.push(ms);
      rest.push(theirs);
      above.push(ms - theirs);
    }
  });
  return {
    calls,
    whole_ms_p50: round(percentile(whole, 50)),
    whole_ms_p99: round(percentile(whole, 99)),
    theirs_ms_p50: round(percentile(rest, 50)),
    theirs_ms_p99: round(percentile(rest, 99)),
    overhead_ms_p50: round(percentile(above, 50)),
    overhead_ms_p99: round(percentile(above, 99)),
  };
}
