import { expect, it } from "vitest";
import { checkTrends } from "../../lambdas/core/trends-check.ts";

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
  ["<html><title>Sign in</title></html>", /is not JSON, or not all of it: Sign in/],
  ['{"error":{"message":"No"}}', /is no list of trends: No/],
  ['"Internal Server Error"', /is no list of trends: Internal Server Error/],
  ["5", /is no list/],
  ['{"items":5}', /is no list/],
  ["{}", /is no list/],
  [Buffer.from('["\xe4"]', "latin1"), /is not UTF-8/],
])("refuses %j", (body, reason) => {
  expect(() => check(body)).toThrow(
    expect.objectContaining({ kind: "toggl_invalid_file", message: expect.stringMatching(reason) }),
  );
});
