// The part that Lambda's managed runtime plays inside of a function's process: loads the handler, then takes one
// invocation after the other from the Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const http = require("node:http"); // as Lambda's own does: imported, it would load Node's fetch too
const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let current; // the request id of the invocation that is under way

function call(method, path, body = "") {
  return new Promise((resolve, reject) => {
    const headers = { "content-length": Buffer.byteLength(body) };
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const request = http.request(url, { method, agent, headers }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(pieces).toString("utf8") }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const described = (error) =>
  JSON.stringify({
    errorType: error?.name ?? "Error",
    errorMessage: error?.message ?? String(error),
    trace: String(error?.stack ?? "").split("\n"),
  });

async function crash(error) {
  console.error(error);
  const path = current === undefined ? "init/error" : `invocation/${current}/error`;
  await call("POST", path, described(error)).catch(() => {});
  process.exit(129);
}

process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);

async function loadHandler() {
  const [file, name] = _HANDLER.split(".");
  const found = ["mjs", "js", "cjs"].map((ending) => join(LAMBDA_TASK_ROOT, `${file}.${ending}`)).find(existsSync);
  if (!found) throw new Error(`Cannot find module '${file}'`);
  const loaded = found.endsWith(".mjs") ? await import(pathToFileURL(found).href) : require(found);
  const handler = loaded[name];
  if (typeof handler !== "function") throw new Error(`${_HANDLER} is undefined or not exported`);
  return handler;
}

function contextOf(headers) {
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Number(headers["lambda-runtime-deadline-ms"]) - Date.now(),
  };
}

async function answer(handler, { headers, body }) {
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    return ["response", JSON.stringify(result ?? null)];
  } catch (error) {
    return ["error", described(error)];
  }
}

const handler = await loadHandler().catch(crash);
for (;;) {
  const invocation = await call("GET", "invocation/next").catch(() => process.exit(0)); // the host is gone
  current = invocation.headers["lambda-runtime-aws-request-id"];
  const [outcome, body] = await answer(handler, invocation);
  await call("POST", `invocation/${current}/${outcome}`, body).catch(() => process.exit(0));
  current = undefined;
}
