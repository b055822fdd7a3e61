import type { Listening } from "../listening.ts";
import { type ServiceOptions, startSignedService } from "./signed-service.ts";

interface JsonServiceOptions extends ServiceOptions<Record<string, unknown>, object> {
  readonly version: "1.0" | "1.1";
}

/**
 * An AWS service on this machine that speaks AWS JSON. Its operations go by the name in the x-amz-target header, such as
 * `AmazonSQS.SendMessage`.
 */
export function startJsonService({ version, ...options }: JsonServiceOptions): Promise<Listening> {
  return startSignedService(options, {
    contentType: `application/x-amz-json-${version}`,
    unknownOperation: "UnknownOperationException",
    invalid: "ValidationException",
    read: (body, headers) => ({ operation: String(headers["x-amz-target"]), input: JSON.parse(body) }),
    write: (output) => JSON.stringify(output),
    writeError: ({ code, message }) => JSON.stringify({ __type: code, message }),
  });
}
