import type { Listening } from "../listening.ts";
import { type ServiceOptions, startSignedService } from "./signed-service.ts";
import { xml } from "./xml.ts";

type Fields = Readonly<Record<string, string>>;

interface QueryServiceOptions extends ServiceOptions<Fields, Fields> {
  /** Of its XML. */
  readonly namespace: string;
}

/**
 * An AWS service on this machine that speaks AWS Query: a form goes in, XML comes out. Its operations go by the form's
 * `Action`.
 */
export function startQueryService({ namespace, ...options }: QueryServiceOptions): Promise<Listening> {
  return startSignedService(options, {
    contentType: "text/xml",
    unknownOperation: "InvalidAction",
    invalid: "InvalidParameter",
    read(body) {
      const { Action: operation = "", ...input } = Object.fromEntries(new URLSearchParams(body));
      return { operation, input };
    },
    write: (output, operation, RequestId) =>
      xml(`${operation}Response`, { [`${operation}Result`]: output, ResponseMetadata: { RequestId } }, namespace),
    writeError: ({ code: Code, message: Message }, RequestId) =>
      xml("ErrorResponse", { Error: { Type: "Sender", Code, Message }, RequestId }, namespace),
  });
}
