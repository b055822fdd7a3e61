import { expect, it } from "vitest";
import { answerErrors } from "./conformance.ts";

const request = { httpMethod: "GET", resource: "/workspace/{workspace_id}/exports" };
const headers = { "content-type": "application/json" };

it("finds nothing where an answer is as it is described", () => {
  expect(answerErrors(request, { statusCode: 200, headers, body: '{"exports":[]}' })).toEqual([]);
});

it.each([
  [
    "a field that is not described",
    { statusCode: 200, headers, body: '{"exports":[],"total":0}' },
    /must NOT have additional/,
  ],
  ["a field that is missing", { statusCode: 200, headers, body: "{}" }, /must have required property 'exports'/],
  ["another media type", { statusCode: 200, headers: {}, body: '{"exports":[]}' }, /not application\/json/],
  ["another status", { statusCode: 201, headers, body: '{"exports":[]}' }, /this status is not described/],
  ["a problem that is none", { statusCode: 404, headers, body: "{}" }, /application\/problem\+json/],
])("finds %s", (_, answer, fault) => {
  expect(answerErrors(request, answer).join("\n")).toMatch(fault);
});
