import { expect, it } from "vitest";
import { checkTrends } from "../../../lambdas/core/toggl/trends-check.ts";

const check = (body: string | Buffer) => checkTrends(Buffer.from(body));

it.each(['[{"project_id":1}]', "[]", '{"items":[]}', '{"items":null}', "null", " [ ]\n", "\uFEFF[]"])(
  "takes %j",
  (body) => {
    expect(() => check(body)).not.toThrow();
  },
);

it.each<[string | Buffer, RegExp]>([
  ["", /is empty/],
  [" \n", /is empty/],
  ['[{"project_id":', /is not JSON, or not all of it/],
  ["<html><title>Sign in</title></html>", /is a page and not JSON/],
  ['{"error":{"message":"No"}}', /is JSON, but no list of trends/],
  ['"Internal Server Error"', /is JSON, but no list of trends/],
  ["5", /no list of trends/],
  ['{"items":5}', /no list of trends/],
  ["{}", /no list/],
  ["Internal Server Error", /is not JSON, or not all of it/],
  [Buffer.from('["\xe4"]', "latin1"), /is not UTF-8/],
])("refuses %j", (body, reason) => {
  expect(() => check(body)).toThrow(
    expect.objectContaining({ kind: "toggl_invalid_file", message: expect.stringMatching(reason) }),
  );
});
