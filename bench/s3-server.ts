import { startS3 } from "../local/s3.ts";

/** The local S3 as a program of its own, for `separate-s3.ts`: takes its settings as JSON, and says where it is. */
const { url } = await startS3(JSON.parse(process.argv[2] ?? "{}"));
console.log(url);
