import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import type { startS3 } from "../local/s3/s3.ts";

interface SeparateS3 {
  readonly url: string;
  /** How long it took for what it was asked since this was asked last, in milliseconds. */
  busyMs(): Promise<number>;
  close(): Promise<void>;
}

/**
 * The local S3 in a process of its own. Beside the CDK's hundreds of megabytes every piece that is received would cost a
 * share of clearing them up, which says nothing of a function.
 */
export async function startSeparateS3(settings: Parameters<typeof startS3>[0]): Promise<SeparateS3> {
  const outfile = resolve(".build/bench/s3-server.mjs");
  const entryPoints = ["bench/s3-server.ts"];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  const child = spawn(process.execPath, [outfile, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const [url] = (await once(createInterface({ input: child.stdout as Readable }), "line")) as [string];
  return {
    url,
    async busyMs() {
      child.send("busy");
      const [ms] = (await once(child, "message")) as [number];
      return ms;
    },
    async close() {
      child.kill();
      await exited;
    },
  };
}
