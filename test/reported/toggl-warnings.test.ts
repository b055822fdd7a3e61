import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { warningClaims } from "../../lambdas/adapters/s3/notes.ts";
import { togglWarnings } from "../../lambdas/core/toggl/toggl-warning.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { clientOf, request, withinMs } from "../adapters/toggl/client.ts";
import { type S3Server, testS3 } from "../local/s3-server.ts";
import { clockAt } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const token = "canary0token0c0ffee0d15ea5e";
const day = 24 * 3_600_000;
let server: S3Server;
beforeAll(async () => {
  server = await testS3();
});
afterAll(() => server.close());

interface Asked {
  /** The function's process; those of one bucket are of one deployment. */
  readonly process: string;
  readonly at: number;
  readonly status?: number;
  readonly warning: string;
}

/** What is logged and counted while Toggl answers like this, one answer after the other. */
async function told(asked: Asked[]): Promise<string> {
  const texts: string[] = [];
  let counted = 0;
  let current: Asked | undefined;
  const toggl = await serveFetch(
    async () => new Response("fine", { status: current?.status ?? 200, headers: { warning: current?.warning ?? "" } }),
  );
  const where = { s3: server.client(), bucket: server.bucket };
  const telemetry = {
    event: (_: string, message: string, fields: object) => {
      if (message === "Toggl warns") texts.push((fields as { warning: string }).warning);
    },
    measure: ({ TogglWarnings = 0 }) => {
      counted += TogglWarnings;
    },
  };
  const newClient = () =>
    clientOf(toggl.url, {
      token,
      telemetry,
      clock: clockAt(() => current?.at ?? 0),
      coordination: { warnings: warningClaims(where) },
    });
  const clients = new Map<string, ReturnType<typeof newClient>>();
  for (const one of asked) {
    current = one;
    const client = clients.get(one.process) ?? newClient();
    clients.set(one.process, client);
    await client.ask(request, async () => {}, withinMs(10_000)).catch(() => {});
  }
  await toggl.close();
  const shown = texts.map((text) => (text.length > 40 ? `${text.length} characters` : text));
  return `${counted} counted: ${shown.join(", ")}`;
}

const header = (words: string) => `299 - "${words}"`;
const once = (warning: string, status = 200): Asked[] => [{ process: "one", at: 0, warning, status }];
/** Texts that no other case tells in this bucket. */
const [a, b, c, d, e, f, g] = [
  "Gone",
  "Gone soon",
  "Gone in May",
  "Gone in June",
  "Gone in July",
  "Late",
  "Later",
] as const;

const cases: [name: string, right: string, asked: Asked[]][] = [
  ["on a 200", `1 counted: ${a}`, once(header(a))],
  ["on a 400", `1 counted: ${b}`, once(header(b), 400)],
  ["on a redirect", `1 counted: ${c}`, once(header(c), 302)],
  ["three times on a day", `1 counted: ${d}`, [0, 1, 2].map((at) => ({ process: "one", at, warning: header(d) }))],
  [
    "by three functions on a day",
    `1 counted: ${e}`,
    ["one", "two", "three"].map((process) => ({ process, at: 0, warning: header(e) })),
  ],
  ["on two days", `2 counted: ${f}, ${f}`, [0, day].map((at) => ({ process: "one", at, warning: header(f) }))],
  [
    "with a date of its own each time",
    `1 counted: ${g}`,
    [1, 2].map((at) => ({ process: "one", at, warning: `${header(g)} "Mon, 0${at} Nov 2026 06:00:09 GMT"` })),
  ],
  ["of two texts", "2 counted: one, two", once(`${header("one")}, ${header("two")}`)],
  ["of 2,000 characters", "1 counted: 300 characters", once(header("x".repeat(2000)))],
  ["with the token and an escape", "1 counted: you are [token] [31m", once(header(`you are ${token} \u009b[31m`))],
  ["of nothing", "0 counted: ", once("")],
];

reportedCases(
  "A Warning header of Toggl's is told once a day for each text",
  cases.map(([name, right, asked]) => ({ name, before: "nothing was told", right, now: () => told(asked) })),
);

it("is told by a function whose bucket does not answer, and holds up no report", async () => {
  const s3 = {
    send: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
      new Promise((_resolve, reject) => abortSignal.addEventListener("abort", () => reject(abortSignal.reason))),
  } as unknown as S3Client;
  const coordination = { warnings: warningClaims({ s3, bucket: "silent" }, 10) };
  const logged: unknown[] = [];
  const telemetry = { event: (...line: unknown[]) => void logged.push(line), measure: () => {} };
  await togglWarnings({ telemetry, clock: clockAt(() => 0), coordination })(header("Gone"), withinMs(60_000));
  expect(logged).toEqual([["WARN", "Toggl warns", { warning: "Gone" }]]);
});
