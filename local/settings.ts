import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { baseUrl } from "../lambdas/contract.ts";
import { bucketName } from "../lambdas/core/exports/bucket-name.ts";

/** What a user may set for `npm start`, all optional. */
export interface LocalSettings {
  readonly port: number;
  readonly dataDirectory: string;
  readonly configFile: string;
  /** Where Toggl is; undefined for the simulator. */
  readonly togglUrl: string | undefined;
  readonly togglToken: string | undefined;
  /** Another S3 server; undefined for the embedded one. */
  readonly s3Url: string | undefined;
  /** Undefined for the stack's own. */
  readonly bucketName: string | undefined;
  /** How many calls of one function may run at once. */
  readonly functionProcesses: number;
  /** Who may call: everybody on this machine, or who signs and has a policy for it. */
  readonly auth: "none" | "iam";
  /** Where every AWS call that the local services decide on is appended, with what they said; undefined for nowhere. */
  readonly callsFile: string | undefined;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every setting that does not fit, one in a line */
export function readLocalSettings(env: Variables): LocalSettings {
  const errors: string[] = [];
  const read = <T>(name: string, parse: (value: string) => T): T | undefined => {
    const value = env[name];
    if (value === undefined || value === "") return undefined;
    try {
      return parse(value);
    } catch (error) {
      errors.push(`  ${name} ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };

  const port = read("PORT", portNumber) ?? 3000;
  const togglToken = read("TOGGL_API_TOKEN", (value) => value.trim());
  const togglUrl = read("TOGGL_BASE_URL", baseUrl) ?? (togglToken && "https://api.track.toggl.com");
  const s3Url = read("AWS_ENDPOINT_URL_S3", anyUrl);
  const exportsBucket = read("EXPORTS_BUCKET", bucketName);
  const functionProcesses = read("LOCAL_FUNCTION_PROCESSES", processCount) ?? 8;
  const auth = read("LOCAL_AUTH", authKind) ?? "none";
  const callsFile = read("AWS_CALLS_FILE", writableFile);
  if (s3Url !== undefined) {
    const needed = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "EXPORTS_BUCKET"].filter((name) => !env[name]);
    errors.push(...needed.map((name) => `  ${name} is needed too, since AWS_ENDPOINT_URL_S3 names a server of yours`));
  }
  if (errors.length > 0) throw new Error(["These settings do not fit:", ...errors].join("\n"));

  return {
    port,
    dataDirectory: env.LOCAL_DATA_DIR || ".local",
    configFile: env.INSIGHTS_CONFIG || "insights.config.json",
    togglUrl,
    togglToken,
    s3Url,
    bucketName: exportsBucket,
    functionProcesses,
    auth,
    callsFile,
    region: (s3Url && (env.AWS_REGION || env.AWS_DEFAULT_REGION)) || "us-east-1",
    credentials: s3Url === undefined ? ownCredentials() : givenCredentials(env),
  };
}

/** For the embedded services; nobody outside needs them, so they are new at every start. */
function ownCredentials(): LocalSettings["credentials"] {
  return newCredentials("AKIALOCAL");
}

export function newCredentials(accessKeyId: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId, secretAccessKey: randomBytes(24).toString("base64url") };
}

function givenCredentials(env: Variables): LocalSettings["credentials"] {
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
    sessionToken: env.AWS_SESSION_TOKEN,
  };
}

function portNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new Error("must be a port, 0 to 65535");
  return Number(value);
}

function processCount(value: string): number {
  if (!/^[1-9]\d?$/.test(value)) throw new Error("must be a whole number from 1 to 99");
  return Number(value);
}

function authKind(value: string): "none" | "iam" {
  if (value !== "none" && value !== "iam") throw new Error("must be none or iam");
  return value;
}

function anyUrl(value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw new Error("must be an http or https address");
  return value.replace(/\/+$/, "");
}

/** Made here if it is not there yet, so that a wrong path is reported at once. */
function writableFile(path: string): string {
  try {
    appendFileSync(path, "");
    return path;
  } catch (error) {
    throw new Error(`must be a file that can be written (${(error as NodeJS.ErrnoException).code})`);
  }
}
