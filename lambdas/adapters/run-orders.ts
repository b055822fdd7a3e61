import type { S3Client } from "@aws-sdk/client-s3";
import { isRunOrder, type RunOrdersNeeds } from "../core/run-order.ts";
import { createJson, readJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

const isOrder = { what: "What a run makes", fits: isRunOrder };

/** What each run makes, written down in the bucket. */
export function runOrders(where: { s3: S3Client; bucket: string }): RunOrdersNeeds["orders"] {
  return {
    read: (key, deadline) => withS3("The run could not be looked up", () => readJson(where, key, deadline, isOrder)),
    create: (key, order, deadline) =>
      withS3("The run could not be written down", () => createJson(where, key, order, deadline)),
  };
}
