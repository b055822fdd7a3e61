/**
 * What the infrastructure promises the functions, and nothing else: their variables and the routes that
 * lead to them. Both sides are type-checked against this file.
 */

import type { routes } from "../api/routes.ts";

/** Turns a variable's text into what the function works with; throws an Error that says what was expected. */
export type Parse<T> = (value: string) => T;

const text: Parse<string> = (value) => {
  if (value.trim() === "") throw new Error("must not be empty");
  return value;
};

const positiveInteger: Parse<number> = (value) => {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new Error("must be a positive whole number");
  return Number(value);
};

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

/** An https address; plain http only to the loopback, so that a token never crosses a network in the clear. */
export const httpsUrl: Parse<string> = (value) => {
  if (/\s/.test(value)) throw new Error("must not have blanks in it");
  if (!URL.canParse(value)) throw new Error("must be an absolute URL, such as https://api.track.toggl.com");
  const { protocol, hostname } = new URL(value);
  if (protocol === "https:") return value.replace(/\/+$/, "");
  if (protocol === "http:" && loopbackHosts.includes(hostname)) return value.replace(/\/+$/, "");
  throw new Error("must start with https:// (plain http is for the loopback only)");
};

/**
 * An address that paths are put behind, in the one way of writing it: `https://proxy.acme.example/toggl` for
 * ` HTTPS://Proxy.acme.example:443/toggl/ `.
 */
export const baseUrl: Parse<string> = (value) => {
  const { origin, pathname, username, password } = new URL(httpsUrl(value.trim()));
  if (username || password) throw new Error("must not have a name or password in it: everybody who sees it would know");
  if (/[?#]/.test(value)) throw new Error("must end with a host or a path: what stands behind ? or # would be lost");
  return `${origin}${pathname}`.replace(/\/+$/, "");
};

const workspaceIds: Parse<ReadonlySet<number>> = (value) => new Set(value.split(",").map(positiveInteger));

/** `{"123":"toggl/acme"}`: workspace id to the name of the secret that holds its token. */
const workspaceSecrets: Parse<ReadonlyMap<number, string>> = (value) => {
  const parsed = Object.entries(JSON.parse(value) as Record<string, string>);
  return new Map(parsed.map(([id, secret]) => [positiveInteger(id), text(secret)]));
};

/**
 * Every function and every variable it reads. A variable that is not here does not exist. `SERVICE_NAME` tells this
 * deployment's logs and metrics from others of the account.
 */
export const functions = {
  "load-trends": { SERVICE_NAME: text, TOGGL_BASE_URL: baseUrl, WORKSPACE_SECRETS: workspaceSecrets },
  "create-export": {
    SERVICE_NAME: text,
    TOGGL_BASE_URL: baseUrl,
    WORKSPACE_SECRETS: workspaceSecrets,
    EXPORTS_BUCKET: text,
    DOWNLOAD_URL_TTL_SECONDS: positiveInteger,
    MAX_FILE_BYTES: positiveInteger,
    EXPORT_QUEUE_URL: text,
  },
  "browse-exports": {
    SERVICE_NAME: text,
    WORKSPACE_IDS: workspaceIds,
    EXPORTS_BUCKET: text,
    DOWNLOAD_URL_TTL_SECONDS: positiveInteger,
  },
  "list-names": {
    SERVICE_NAME: text,
    TOGGL_BASE_URL: baseUrl,
    WORKSPACE_SECRETS: workspaceSecrets,
    EXPORTS_BUCKET: text,
  },
  "run-export": {
    SERVICE_NAME: text,
    TOGGL_BASE_URL: baseUrl,
    WORKSPACE_SECRETS: workspaceSecrets,
    EXPORTS_BUCKET: text,
    MAX_FILE_BYTES: positiveInteger,
    EXPORT_QUEUE_URL: text,
    DEAD_LETTER_QUEUE_URL: text,
    API_URL: baseUrl,
  },
  "authorize-caller": { SERVICE_NAME: text, JWT_ISSUER: httpsUrl, JWT_AUDIENCE: text, JWT_WORKSPACE_CLAIM: text },
  "watch-schedules": { SERVICE_NAME: text, EXPORTS_BUCKET: text },
  "send-notices": { SERVICE_NAME: text, NOTICES_TOPIC_ARN: text },
} satisfies Record<string, Record<string, Parse<unknown>>>;

type Schema = typeof functions;

export type FunctionName = keyof Schema;

/** What lib/ must supply: every variable, as a string, and no others. */
export type EnvInput<N extends FunctionName> = { readonly [K in keyof Schema[N]]: string };

/** What the function gets to work with: the same variables, parsed. */
export type Env<N extends FunctionName> = {
  readonly [K in keyof Schema[N]]: Schema[N][K] extends Parse<infer T> ? T : never;
};

/** A function that stands behind the API. */
export type RoutedFunction = Extract<(typeof routes)[number]["function"], FunctionName>;

/** The file beside a function's bundle that holds the configuration's schedules, as JSON: they outgrow the variables. */
export const schedulesFile = "schedules.json";

/** The file beside a function's bundle that describes the API. */
export const openApiFile = "openapi.json";

/** Under which CloudWatch lists the functions' own metrics; their names are in core/telemetry.ts. */
export const metricNamespace = "TogglInsights";

/** Seconds after which a presigned link stops, by default and at most (it dies with the role's credentials). */
export const downloadUrlSeconds = { default: 900, maximum: 3600 } as const;

/** Bytes above which a file from Toggl is refused, by default. */
export const defaultMaxFileBytes = 512 * 1024 * 1024;

/** Where Toggl is, unless the configuration says otherwise. */
export const togglBaseUrl = "https://api.track.toggl.com";
