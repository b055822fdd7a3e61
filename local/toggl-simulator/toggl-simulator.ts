import { createHash } from "node:crypto";
import { nameRefusals, nginxPage, type Refusals, refusal, refusalsOf } from "./answers.ts";
import { type Company, makeCompany } from "./company.ts";
import { type Fault, type FaultName, faults, type Ordinary } from "./faults.ts";
import { type NameList, nameList, organizationId } from "./name-lists.ts";
import { hourlyQuota, leakyBucket, type Quota } from "./quota.ts";
import { bodyOf, declaredType, type Format, largeBodyOf } from "./report-answer.ts";
import type { ReportParameters, Source } from "./reports.ts";
import { type Revisions, revisions } from "./revisions.ts";
import { type Endpoint, faultOf } from "./validation.ts";

interface SimulatorOptions {
  /** Tokens of workspace admins. */
  readonly tokens: readonly string[];
  /** Tokens of people who are no admins. */
  readonly memberTokens?: readonly string[];
  /** Ids that exist; any if left out. */
  readonly workspaces?: readonly number[];
  /** Whether more than about one request a second gets a 429. */
  readonly rateLimit?: boolean;
  /** Requests an hour. */
  readonly quota?: number;
  /** How long an hour is, in milliseconds: nobody waits for a real one. */
  readonly quotaHourMs?: number;
  readonly now?: () => number;
  readonly seed?: string;
}

/** One request as it was seen; the token itself stays out. */
interface RecordedRequest {
  readonly at: number;
  /** Tells whose token it came with: `fingerprintOf` it; absent without one. */
  readonly token?: string;
  /** With its query. */
  readonly path: string;
  readonly body: unknown;
}

export interface TogglSimulator {
  /** Answers as Toggl would; fits where a fetch function is taken. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  readonly requests: readonly RecordedRequest[];
  /** Makes this many of the next answers go wrong. */
  misbehave(fault: FaultName, times?: number): void;
  /** The next answers' faults, in order. */
  readonly planned: readonly FaultName[];
  /** Takes back those of one kind that did not happen yet, or all, and says how many they were. */
  behave(fault?: FaultName): number;
  /** Blows the next answers up to at least this many bytes; 0 makes them ordinary again. */
  inflate(bytes: number): void;
  /** How large the next answers are at least; 0 for ordinary ones. */
  readonly inflatedTo: number;
  /** Changes the company's figures, for past days too, as late entries and new rates do. */
  revise(change: (company: Company) => Company): void;
  /** Changes of figures and columns that can be listed and taken back. */
  readonly revisions: Revisions;
  /** Ids that exist; any if undefined. */
  readonly workspaces: readonly number[] | undefined;
  /** The first token's. */
  readonly quota: Quota;
  /** Each token has its own, whatever the workspace. */
  quotaOf(token: string): Quota;
  readonly source: Source;
}

/** The first digits of a token's SHA-256. */
export function fingerprintOf(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 12);
}

const path =
  /^\/insights\/api\/v1\/workspace\/([^/]+)\/(?:(data_trends\/projects)|(trends\/projects|profitability\/(?:employees|projects))\.(csv|xlsx))$/;

const namesPath =
  /^\/api\/v9\/(?:organizations\/(?<organization>[^/]+)\/)?workspaces\/(?<workspace>[^/]+)(?:\/(?<list>\w+))?$/;

interface NamesAsked {
  readonly workspace: string;
  readonly list: NameList;
  /** Whether the organization is not the workspace's. */
  readonly isForeign: boolean;
}

/** Which list of names is asked for; groups are an organization's. */
function namesAsked(pathname: string): NamesAsked | undefined {
  const { organization, workspace = "", list = "workspace" } = namesPath.exec(pathname)?.groups ?? {};
  const lists = organization === undefined ? ["projects", "users", "workspace"] : ["groups"];
  if (workspace === "" || !lists.includes(list)) return undefined;
  const isForeign = organization !== undefined && organization !== String(organizationId);
  return { workspace, list: list as NameList, isForeign };
}

/** Toggl's Insights API and its lists of names, to the letter of docs/toggl.md, over a made-up company. Misbehaves on request. */
export function togglSimulator({
  tokens,
  memberTokens = [],
  workspaces,
  rateLimit = true,
  quota: limit = 600,
  quotaHourMs = 3_600_000,
  now = Date.now,
  seed = "insights",
}: SimulatorOptions): TogglSimulator {
  const quotas = new Map<string, Quota>();
  const quotaOf = (token = ""): Quota => {
    const quota = quotas.get(token) ?? hourlyQuota(limit, quotaHourMs, now);
    quotas.set(token, quota);
    return quota;
  };
  const fitsRate = leakyBucket(now);
  const requests: RecordedRequest[] = [];
  const planned: FaultName[] = [];
  const bare = new WeakSet<Response>();
  const today = new Date(now()).toISOString().slice(0, 10);
  const source: { seed: string; company: Company; today: string } = { seed, company: makeCompany(seed), today };
  const revised = revisions();
  let size = 0;

  const record = (request: Request, path: string, body?: unknown) => {
    const token = basicToken(request.headers.get("authorization"));
    requests.push({ at: now(), ...(token !== undefined && { token: fingerprintOf(token) }), path, body });
  };

  const refused = (request: Request, workspace: string, words: Refusals): Response | undefined => {
    const token = basicToken(request.headers.get("authorization"));
    const isMember = token !== undefined && memberTokens.includes(token);
    if (!token || !(isMember || tokens.includes(token))) return refusal(403, "Incorrect username and/or password");
    if (rateLimit && !fitsRate(token)) return nginxPage(429, "Too Many Requests");
    const quota = quotaOf(token);
    if (!quota.take()) {
      const message = `You have hit your hourly limit for API calls. The quota will reset in ${quota.resetsIn()} seconds.`;
      return refusal(402, message);
    }
    if (!/^[1-9]\d*$/.test(workspace)) return refusal(400, words.noWorkspace);
    if (workspaces && !workspaces.includes(Number(workspace))) return refusal(403, words.otherWorkspace);
    return isMember ? refusal(403, words.member) : undefined;
  };

  const report = async (
    source: Source,
    endpoint: Endpoint,
    format: Format,
    body: ReportParameters,
  ): Promise<Response> => {
    const headers = { "content-type": declaredType(endpoint, format) };
    if (size > 0) {
      const { stream, length } = await largeBodyOf(endpoint, format, source, body, size);
      return new Response(stream, { headers: { ...headers, ...(length && { "content-length": String(length) }) } });
    }
    const bytes = await bodyOf(endpoint, format, source, body);
    return new Response(bytes, { headers: { ...headers, "content-length": String(bytes.length) } });
  };

  const misbehaving = async (
    name: FaultName,
    request: Request,
    ordinary: Pick<Ordinary, "format" | "body" | "otherFormat">,
  ): Promise<Response> => {
    const fault: Fault = faults[name];
    const authorization = request.headers.get("authorization") ?? "";
    const headers = quotaOf(basicToken(authorization)).headers();
    const response = await fault.answer({ ...ordinary, headers, authorization });
    if (fault.withoutQuota) bare.add(response);
    return response;
  };

  const names = async (request: Request, { workspace, list, isForeign }: NamesAsked): Promise<Response> => {
    const { pathname, search, searchParams } = new URL(request.url);
    if (request.method !== "GET") return refusal(405, "Method Not Allowed");
    record(request, `${pathname}${search}`);
    const refusedWith = refused(request, workspace, nameRefusals);
    if (refusedWith) return refusedWith;
    if (isForeign) return refusal(403, nameRefusals.otherWorkspace);
    const response = nameList(list, source.company, searchParams, Number(workspace));
    const fault = planned.shift();
    if (!fault) return response;
    const body = Buffer.from(await response.arrayBuffer());
    return misbehaving(fault, request, { format: "json", body, otherFormat: async () => body });
  };

  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const named = namesAsked(pathname);
    if (named) return names(request, named);
    const [, workspace = "", json, file, extension] = path.exec(pathname) ?? [];
    const endpoint = (json ?? file) as Endpoint | undefined;
    if (!endpoint) return refusal(404, "Not Found");
    if (request.method !== "POST") return refusal(405, "Method Not Allowed");
    const body: unknown = await request.json().catch(() => undefined);
    const parameters: ReportParameters = typeof body === "object" ? { ...body } : {};
    record(request, pathname, body);
    const refusedWith = refused(request, workspace, refusalsOf(endpoint));
    if (refusedWith) return refusedWith;
    const format = (extension ?? "json") as Format;
    const current = revised.applyTo(source, Number(workspace), endpoint);
    const fault = planned.shift();
    if (fault) {
      const of = (wanted: Format) => bodyOf(endpoint, wanted, current, parameters);
      const otherFormat = () => of(format === "csv" ? "xlsx" : "csv");
      return misbehaving(fault, request, { format, body: await of(format), otherFormat });
    }
    const message = faultOf(endpoint, body);
    return message === undefined ? report(current, endpoint, format, parameters) : refusal(400, message);
  };

  return {
    requests,
    quota: quotaOf(tokens[0]),
    quotaOf,
    source,
    revisions: revised,
    workspaces,
    planned,
    behave(fault) {
      const kept = fault === undefined ? [] : planned.filter((one) => one !== fault);
      return planned.splice(0, planned.length, ...kept).length - kept.length;
    },
    get inflatedTo() {
      return size;
    },
    misbehave: (fault, times = 1) => void planned.push(...Array.from({ length: times }, () => fault)),
    revise(change) {
      source.company = change(source.company);
    },
    inflate(bytes) {
      size = bytes;
    },
    async fetch(input, init) {
      const request = new Request(input, init);
      const token = basicToken(request.headers.get("authorization"));
      const response = await answer(request);
      for (const [name, value] of Object.entries(quotaOf(token).headers())) {
        if (!bare.has(response) && !response.headers.has(name)) response.headers.set(name, value);
      }
      return response;
    },
  };
}

/** The token in a Basic Authorization header as Toggl takes it, `<api_token>:api_token`; undefined for anything else. */
function basicToken(authorization: string | null): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  return /^(.+):api_token$/.exec(Buffer.from(encoded, "base64").toString("utf8"))?.[1];
}
