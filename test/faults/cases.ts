import { AwsError } from "../../local/aws/aws-error.ts";
import type { FaultName } from "../../local/toggl-simulator/faults.ts";
import type { FaultyS3, S3Fault } from "../e2e/faulty-s3.ts";
import { canaryToken, type Product } from "../e2e/product.ts";
import { type Outcome, published, refused } from "./outcome.ts";
import { csvFaults, jsonFaults, xlsxFaults } from "./toggl-faults.ts";

/** One line of the fault matrix. */
export interface FaultCase {
  readonly area: "Toggl" | "transport" | "secret" | "S3";
  readonly name: string;
  readonly format: "csv" | "xlsx" | "json";
  readonly outcome: Outcome;
  /** What goes wrong from now on. */
  readonly begin: (product: Product, s3: FaultyS3) => void;
  /** Whether an ordinary call comes first. */
  readonly afterOrdinary?: true;
  /** The product's settings, where they are what is wrong. */
  readonly settings?: Readonly<Record<string, string>>;
}

const nothing = () => {};
const file = /^PUT .*\/exports\//;
const record = /^PUT .*\/records\//;
const answers = (status: number, code: string): S3Fault => ({ answer: [status, code] });
const unavailable = refused(502, "toggl_unavailable", 0);
const noStorage = refused(503, "storage_unavailable");
const unset = refused(503, "token_not_set", 0);

const togglCases = (format: FaultCase["format"], outcomes: Partial<Record<FaultName, Outcome>>): FaultCase[] =>
  Object.entries(outcomes).map(([name, outcome]) => ({
    area: "Toggl",
    name,
    format,
    outcome,
    begin: ({ simulator }) => simulator.misbehave(name as FaultName, outcome.requests),
  }));

/** What passes by itself: asked for once more, and the file is there. */
const passing = (name: FaultName): FaultCase => ({
  area: "Toggl",
  name: `${name}, once`,
  format: "csv",
  outcome: { ...published(), requests: 2 },
  begin: ({ simulator }) => simulator.misbehave(name),
});

const transport = (name: string, url: string): FaultCase => ({
  area: "transport",
  name,
  format: "csv",
  outcome: unavailable,
  begin: nothing,
  settings: { TOGGL_BASE_URL: url },
});

const secret = (name: string, outcome: Outcome, begin: (product: Product) => void): FaultCase => ({
  area: "secret",
  name,
  format: "csv",
  outcome,
  begin,
});

const s3 = (name: string, which: RegExp, fault: S3Fault, times: number, outcome: Outcome): FaultCase => ({
  area: "S3",
  name,
  format: "csv",
  outcome,
  begin: (_, proxy) => proxy.break(which, fault, times),
});

const always = 1000;

/**
 * Every way in which a call can go wrong, through the hosted template.
 * @param plainHttp address of a server that speaks no TLS
 */
export function faultCases(plainHttp: string): FaultCase[] {
  return [
    ...togglCases("csv", csvFaults),
    ...togglCases("xlsx", xlsxFaults),
    ...togglCases("json", jsonFaults),
    passing("server-error"),
    passing("throttled"),
    passing("reset-in-body"),
    transport("connection refused", "http://127.0.0.1:1"),
    transport("no such host", "https://toggl.invalid"),
    transport("TLS error", plainHttp.replace("http:", "https:")),
    secret("missing", unset, ({ local }) => void local.secrets.clear()),
    secret("without a value", unset, ({ local }) => void local.secrets.set("toggl/demo", undefined)),
    secret("malformed", unset, ({ local }) => void local.secrets.set("toggl/demo", "two words")),
    ...['"canary"', "canary:api_token", "Basic Y2FuYXJ5", '\uFEFF{"api_token":"canary"}', "null"].map((value) =>
      secret(`no token: ${value}`, unset, ({ local }) => void local.secrets.set("toggl/demo", value)),
    ),
    secret("denied", refused(503, "token_unavailable", 0), ({ local }) => {
      local.secrets.set("toggl/demo", new AwsError(400, "AccessDeniedException", "not authorized"));
    }),
    secret("silent", refused(503, "token_unavailable", 0), ({ local }) => {
      local.secrets.set("toggl/demo", new Promise<string>(() => {}));
    }),
    {
      ...secret("rotated between two calls", { ...published(), requests: 2 }, ({ local, tokens }) => {
        tokens.splice(0, tokens.length, "rotated");
        local.secrets.set("toggl/demo", "rotated");
      }),
      afterOrdinary: true,
    },
    secret("rotated at Toggl only", refused(502, "toggl_credentials_rejected", 2), ({ tokens }) => {
      tokens.splice(0, tokens.length, "another");
    }),
    s3("500 once for the file", file, answers(500, "InternalError"), 1, published()),
    s3("503 SlowDown once for the file", file, answers(503, "SlowDown"), 1, published()),
    s3("409 once for the file", file, answers(409, "ConditionalRequestConflict"), 1, published()),
    s3("answer lost after the file was stored", file, "lose-the-answer", 1, published()),
    s3("reset within the file", file, "reset", 1, published()),
    s3("500 once for the record", record, answers(500, "InternalError"), 1, published()),
    s3("412 at once for the file", file, answers(412, "PreconditionFailed"), always, noStorage),
    s3("500 always for the file", file, answers(500, "InternalError"), always, noStorage),
    s3("denied for the file", file, answers(403, "AccessDenied"), always, noStorage),
    s3("bucket gone", file, answers(404, "NoSuchBucket"), always, noStorage),
    s3("silent for the file", file, "stall", always, noStorage),
    s3("silent for the record", record, "stall", always, { ...noStorage, orphan: true }),
    s3("500 always for the record", record, answers(500, "InternalError"), always, { ...noStorage, orphan: true }),
    s3("denied for the record", record, answers(403, "AccessDenied"), always, { ...noStorage, orphan: true }),
  ];
}

/** Everything as it should be, after a case. */
export function heal(product: Product, proxy: FaultyS3): void {
  proxy.break(/^never$/, "reset", 0);
  product.tokens.splice(0, product.tokens.length, canaryToken, "rotated"); // which the function may have by now
  product.local.secrets.set("toggl/demo", canaryToken);
}
