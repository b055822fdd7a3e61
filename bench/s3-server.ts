import { startS3 } from "../local/s3/s3.ts";
import { serverTime } from "./server-time.ts";

/**
 * The local S3 as a program of its own, for `separate-s3.ts`: takes its settings as JSON, says where it is, and answers
 * each message with how long it was busy since the one before.
 */
const busyMs = serverTime();
process.on("message", () => process.send?.(busyMs()));
const { url } = await startS3(JSON.parse(process.argv[2] ?? "{}"));
console.log(url);
