import { Sha256 } from "@aws-crypto/sha256-js";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";

/** What an export looks like to who asked for it. */
export interface ExportAnswer {
  readonly id: string;
  readonly status: string;
  readonly format: string;
  readonly schedule?: string;
  readonly occurrence?: string;
  readonly completed_at?: string;
  readonly resumes_at?: string;
  readonly unchanged?: boolean;
  readonly parameters: { readonly start_date?: string; readonly end_date?: string };
  readonly file?: { readonly key: string; readonly bytes: number };
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** Whose signature a call carries, and for which region. */
export interface Signer {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The product's own API, here or deployed. */
export interface ApiClient {
  /** Undefined if there is no such export. */
  findExport(workspaceId: number, id: string): Promise<ExportAnswer | undefined>;
  /** Queues a run of a schedule for one moment, without the periods before it. */
  runSchedule(workspaceId: number, schedule: string, occurrence: string): Promise<void>;
  /** The newest exports of a workspace. */
  listExports(workspaceId: number): Promise<readonly ExportAnswer[]>;
  /**
   * Makes an export while it is waited for; a problem is an answer too.
   * @param file such as `trends/projects.csv`
   */
  createExport(workspaceId: number, file: string, body: object): Promise<MadeExport | ProblemAnswer>;
}

/** An export whose file is there. */
export interface MadeExport extends ExportAnswer {
  readonly download_url: string;
  readonly toggl?: { readonly quota_remaining?: number; readonly quota_resets_at?: string };
}

export interface ProblemAnswer {
  readonly code: string;
  readonly detail: string;
}

interface Answer {
  readonly exports: readonly ExportAnswer[];
}

const patienceMs = 30_000;

/**
 * @param url such as http://127.0.0.1:3000 or https://….execute-api.eu-central-1.amazonaws.com/v1
 * @param signer who calls; without it a deployed API is called with the AWS identity of whoever runs the command, and
 * one on this machine without a signature
 */
export function apiClient(url: string, signer?: Signer): ApiClient {
  const base = url.replace(/\/+$/, "");
  const isLocal = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${base}/`);
  const call = async (method: string, path: string, body?: object): Promise<Response> => {
    const target = new URL(`${base}${path}`);
    const text = body && JSON.stringify(body);
    const headers = isLocal && !signer ? {} : await signedHeaders(method, target, text, signer);
    const init = { method, headers, signal: AbortSignal.timeout(patienceMs), ...(text && { body: text }) };
    return fetch(target, init).catch((cause) => {
      throw new Error(`${base} cannot be reached (${cause.cause?.code ?? cause.message}).`, { cause });
    });
  };
  return {
    async findExport(workspaceId, id) {
      const response = await call("GET", `/workspace/${workspaceId}/exports/${id}`);
      return response.status === 404 ? undefined : ((await answerOf(response)) as ExportAnswer);
    },
    async runSchedule(workspaceId, schedule, occurrence) {
      const path = `/workspace/${workspaceId}/schedules/${schedule}/runs`;
      await answerOf(await call("POST", path, { occurrence, refresh: false }));
    },
    async listExports(workspaceId) {
      const answer = (await answerOf(await call("GET", `/workspace/${workspaceId}/exports`))) as Answer;
      return answer.exports;
    },
    async createExport(workspaceId, file, body) {
      const response = await call("POST", `/workspace/${workspaceId}/${file}`, body);
      const answer = (await response.json().catch(() => ({}))) as object;
      if (response.ok || "code" in answer) return answer as MadeExport | ProblemAnswer;
      return { code: "", detail: `The API answered ${response.status} without a word of its own.` };
    },
  };
}

/** @throws Error with the problem's own words */
async function answerOf(response: Response): Promise<unknown> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; message?: string };
  if (response.ok) return body;
  throw new Error(`${response.status}: ${body.detail ?? body.message ?? "no further words"}`);
}

/** Signed for API Gateway. */
export async function signedHeaders(
  method: string,
  url: URL,
  body: string | undefined,
  { region, credentials }: Signer | ReturnType<typeof ownIdentity> = ownIdentity(url),
): Promise<Record<string, string>> {
  const signature = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  const { headers } = await signature.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  return headers;
}

/** The AWS identity of whoever runs the command. */
function ownIdentity(url: URL) {
  const region = /\.execute-api\.([^.]+)\./.exec(url.hostname)?.[1] ?? process.env.AWS_REGION;
  if (!region) throw new Error("Set AWS_REGION: the address does not say where the API is.");
  return { region, credentials: defaultProvider() };
}
