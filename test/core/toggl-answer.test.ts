import { describe, expect, it } from "vitest";
import { failureOf, togglQuota } from "../../lambdas/core/toggl-answer.ts";
import { togglMessage } from "../../lambdas/core/toggl-message.ts";

const now = Date.parse("2026-11-02T06:00:00Z");
const answer = (status: number, body = "", headers: Record<string, string> = {}) =>
  failureOf({ status, body, headers: new Headers(headers) }, now);

describe("what an answer means", () => {
  it.each([
    [400, '"At least one parameter must be set"', "toggl_rejected", "At least one parameter must be set"],
    [404, "", "toggl_rejected", "Toggl answered 404."],
    [401, "", "toggl_credentials_rejected", "Toggl answered 401"],
    [403, '"Admin permissions required"', "toggl_credentials_rejected", "Admin permissions required"],
    [402, '"No!"', "toggl_feature_required", "No! The workspace's Toggl plan lacks this report."],
    [402, '"2.5 is too little"', "toggl_feature_required", "Toggl answered 402: 2.5 is too little. The"],
    [410, "", "toggl_gone", "for good"],
    [429, "<html><head><title>429 Too Many Requests</title></head></html>", "toggl_rate_limited", "429 Too Many"],
    [500, '"Internal Server Error"', "toggl_unavailable", "Internal Server Error"],
    [503, "", "toggl_unavailable", "503"],
    [302, "", "toggl_unexpected", "Redirects are not followed"],
    [204, "", "toggl_unexpected", "204"],
  ])("%d %s", (status, body, kind, detail) => {
    expect(answer(status, body)).toMatchObject({ kind, message: expect.stringContaining(detail) });
  });

  it("takes a 503's word for when to come back", () => {
    expect(answer(503, "", { "retry-after": "30" }).retryAfterSeconds).toBe(30);
  });

  it("reads a 402 with quota left as a plan without the feature", () => {
    const body = '"Workspace needs to have the insights feature enabled"';
    expect(answer(402, body, { "x-toggl-quota-remaining": "597", "x-toggl-quota-resets-in": "60" }).kind).toBe(
      "toggl_feature_required",
    );
  });

  it("reads a 402 as a spent quota if none remains, with the time until it is back", () => {
    const failure = answer(402, "", { "x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "133" });
    expect(failure).toMatchObject({ kind: "toggl_quota_exhausted", retryAfterSeconds: 133 });
    expect(failure.message).toContain("2026-11-02T06:02:13Z");
  });

  it.each([
    ["You have hit your hourly limit for API calls. The quota will reset in 133 seconds.", 133],
    ["You have hit your hourly limit for API calls.", 3600],
  ])("reads a 402 without headers as a spent quota if it says so: %s", (body, retryAfterSeconds) => {
    expect(answer(402, JSON.stringify(body))).toMatchObject({ kind: "toggl_quota_exhausted", retryAfterSeconds });
  });

  it.each([
    ["7", 7],
    ["Mon, 02 Nov 2026 06:00:09 GMT", 9],
    ["Mon, 02 Nov 2026 05:00:00 GMT", 0],
    ["soon", 1],
  ])("takes Retry-After as seconds and as a date: %s", (value, retryAfterSeconds) => {
    expect(answer(429, "", { "retry-after": value }).retryAfterSeconds).toBe(retryAfterSeconds);
  });
});

describe("what an error body says", () => {
  it.each([
    ['"Invalid date span"', "Invalid date span"],
    ["bare text\n", "bare text"],
    ['{"error":{"message":"No","tip":"Do this","code":7}}', "No (Do this)"],
    ['{"error":"No"}', "No"],
    ["<html><head><title>502 Bad Gateway</title></head><body></body></html>", "502 Bad Gateway"],
    ["<html></html>", "an HTML page"],
    ["", ""],
    ['{"half":', '{"half":'],
    ["x".repeat(2000), "x".repeat(500)],
    ["two\n\n  lines", "two lines"],
    ["less < more", "less < more"],
    ['"<b>quoted</b>"', "<b>quoted</b>"],
    ["  <html><body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway"],
    ["null", "null"],
    ["7", "7"],
    ['{"error":null}', '{"error":null}'],
    ['{"code":7}', '{"code":7}'],
    ['{"message":7}', '{"message":7}'],
    ['{"message":"No"}', "No"],
    ['{"message":"No","tip":""}', "No"],
    ['{"message":"No","tip":7}', "No"],
  ])("%s", (body, message) => {
    expect(togglMessage(body)).toBe(message);
  });
});

it("tells the quota only where Toggl does", () => {
  const headers = new Headers({ "x-toggl-quota-remaining": "597", "x-toggl-quota-resets-in": "2460" });
  expect(togglQuota(headers, now)).toEqual({ quota_remaining: 597, quota_resets_at: "2026-11-02T06:41:00Z" });
  for (const said of ["many", "about 5", "5 or so", "5x", "x5"]) {
    expect(togglQuota(new Headers({ "x-toggl-quota-remaining": said }), now)).toEqual({});
  }
});
