import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FaultyS3 } from "../e2e/faulty-s3.ts";
import { canaryToken, type ExportAnswer, type Product } from "../e2e/product.ts";
import { type FaultCase, heal } from "./cases.ts";
import { leaksIn } from "./leaks.ts";

/** What came of a case. */
export interface Observed {
  readonly status: number;
  readonly contentType: string | null;
  readonly code?: string;
  readonly detail?: string;
  readonly retryable?: boolean;
  /** Seconds. */
  readonly retryAfter: number;
  readonly requests: number;
  /** Warnings of the export that was made. */
  readonly warnings: readonly string[];
  readonly rows?: number | undefined;
  /** Files in the bucket that were not there before. */
  readonly files: number;
  /** Records in the bucket that were not there before. */
  readonly records: number;
  /** Whether the file that was answered with lies in the bucket, byte for byte. */
  readonly isRightFile: boolean;
  /** What was left on the functions' scratch disks. */
  readonly leftovers: readonly string[];
  /** Secrets and signatures in logs, records, events and the answer. */
  readonly leaks: readonly string[];
  readonly milliseconds: number;
  /** Status of an ordinary call right after it; 0 where none can succeed. */
  readonly nextStatus: number;
}

const paths = {
  csv: "profitability/projects.csv",
  xlsx: "profitability/projects.xlsx",
  json: "data_trends/projects",
} as const;
const days = { start_date: "2026-10-01", end_date: "2026-10-31" };
const bodyOf = (format: FaultCase["format"]) => (format === "json" ? days : { ...days, currency: "usd" });

/** A call as it goes where nothing is wrong; gives its status. */
export async function ordinaryCall({ format }: FaultCase, product: Product): Promise<number> {
  return (await product.post(paths[format], bodyOf(format))).status;
}

/** Has something go wrong, looks at everything that came of it, and puts it right again. */
export async function runCase(one: FaultCase, product: Product, s3: FaultyS3): Promise<Observed> {
  if (one.afterOrdinary) await ordinaryCall(one, product);
  const before = await product.keys();
  const asked = product.simulator.requests.length;
  one.begin(product, s3);
  const startedAt = Date.now();
  const response = await product.post(paths[one.format], bodyOf(one.format));
  const text = await response.text();
  const milliseconds = Date.now() - startedAt;
  const requests = product.simulator.requests.length - asked;
  heal(product, s3);

  const fresh = await product.objects(before);
  const freshKeys = [...fresh.keys()];
  const leftovers = scratchFiles(product.local.scratchDirectory);
  const answer = (JSON.parse(text) ?? {}) as Partial<ExportAnswer> & {
    code?: string;
    detail?: string;
    retryable?: boolean;
  };
  const bytes = fresh.get(answer.file?.key ?? "") ?? Buffer.alloc(0);
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    retryAfter: Number(response.headers.get("retry-after")),
    ...(response.status >= 400 && {
      code: answer.code ?? "",
      detail: answer.detail ?? "",
      retryable: answer.retryable ?? false,
    }),
    requests,
    warnings: answer.warnings?.map(({ code }) => code) ?? [],
    rows: answer.file?.rows,
    files: freshKeys.filter((key) => key.startsWith("exports/")).length,
    records: freshKeys.filter((key) => key.startsWith("records/")).length,
    isRightFile: createHash("sha256").update(bytes).digest("hex") === answer.file?.sha256,
    leftovers,
    leaks: leaksIn(textsOf({ product, answer, objects: fresh }), secretsOf(product)),
    milliseconds,
    nextStatus: one.settings ? 0 : await ordinaryCall(one, product),
  };
}

interface Left {
  readonly product: Product;
  readonly answer: object;
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** Everything that outlives a call. The link itself is the caller's, and signed. */
function textsOf({ product, answer, objects }: Left): Record<string, string> {
  const records = [...objects].filter(([key]) => !key.startsWith("exports/"));
  return {
    logs: product.logs.join("\n"),
    records: records.map(([key, bytes]) => `${key} ${bytes}`).join("\n"),
    events: JSON.stringify(product.events),
    answer: JSON.stringify({ ...answer, download_url: undefined }),
  };
}

function secretsOf({ tokens, local }: Product): string[] {
  const { secretAccessKey, sessionToken } = local.settings.credentials;
  return [...new Set([canaryToken, ...tokens, secretAccessKey, ...(sessionToken ? [sessionToken] : [])])];
}

function scratchFiles(directory: string): string[] {
  return readdirSync(directory).flatMap((disk) => readdirSync(join(directory, disk)));
}
