import { describe, expect, it } from "vitest";
import { problemOf } from "../../../lambdas/core/problem.ts";
import { failureOf, togglQuota } from "../../../lambdas/core/toggl/toggl-answer.ts";
import { togglMessage } from "../../../lambdas/core/toggl/toggl-message.ts";

const now = Date.parse("2026-11-02T06:00:00Z");
const outside = (text: string) => text.replaceAll("canary", "[token]").replaceAll(/\s+/g, " ").trim();
const answer = (status: number, body = "", headers: Record<string, string> = {}) =>
  failureOf({ status, body, headers: new Headers(headers), outside }, now);

describe("what an answer means", () => {
  it.each([
    [400, '"At least one parameter must be set"', "toggl_rejected", "At least one parameter must be set"],
    [404, "", "toggl_rejected", "Toggl answered 404."],
    [401, "", "toggl_credentials_rejected", "Toggl answered 401"],
    [403, '"You need to have the insights feature"', "toggl_feature_required", "403: You need to have"],
    [403, '"You need to have a feature"', "toggl_credentials_rejected", "403: You need to have"],
    [403, '"Admin permissions required"', "toggl_credentials_rejected", "Admin permissions required"],
    [402, '"No!"', "toggl_feature_required", "No! The workspace's Toggl plan lacks this report."],
    [402, '"2.5 is too little"', "toggl_feature_required", "Toggl answered 402: 2.5 is too little. The"],
    [410, "", "toggl_gone", "for good"],
    [429, "<html><head><title>429 Too Many Requests</title></head></html>", "toggl_rate_limited", "429 Too Many"],
    [500, '"Internal Server Error"', "toggl_unavailable", "Internal Server Error"],
    [503, "", "toggl_unavailable", "503"],
    [302, "", "toggl_unexpected", "Redirects are not followed"],
    [204, "", "toggl_unexpected", "204"],
    [399, "figures", "toggl_unexpected", "Toggl answered 399. A report was due."],
    [499, "No", "toggl_rejected", "Toggl answered 499: No."],
    [500, "No", "toggl_unavailable", "Toggl answered 500: No."],
    [400, "<html><title>400</title></html>", "toggl_unavailable", "400: 400. That is a page of a proxy in front of"],
    [400, "you said canary", "toggl_rejected", "Toggl answered 400: you said [token]."],
  ])("%d %s", (status, body, kind, detail) => {
    expect(answer(status, body)).toMatchObject({ kind, message: expect.stringContaining(detail) });
  });

  it.each([
    [403, '"Admin permissions required"', "not_admin"],
    [403, '"user has no required access to asked workspace"', "not_admin"],
    [403, '"Workspace not found/accessible"', undefined],
    [401, '"Incorrect username and/or password"', undefined],
    [403, "", undefined],
  ])("says for programs whether the token is of nobody who is an admin: %d %s", (status, body, reason) => {
    expect(answer(status, body).reason).toBe(reason);
    expect(problemOf(answer(status, body), "1").reason).toBe(reason);
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
    ["The quota will reset in 5 minutes.", 300],
    ["The quota will reset in 1 minute, 30 seconds.", 90],
    ["The quota will reset in 2 minutes and 1 second.", 121],
    ["The quota will reset in a while.", 3600],
  ])("reads a 402 without headers as a spent quota if it says so: %s", (body, retryAfterSeconds) => {
    expect(answer(402, JSON.stringify(body))).toMatchObject({ kind: "toggl_quota_exhausted", retryAfterSeconds });
  });

  it.each([
    ["7", 7],
    ["Mon, 02 Nov 2026 06:00:09 GMT", 9],
    ["Mon, 02 Nov 2026 05:00:00 GMT", 1],
    ["300", 300],
    ["301", 300],
    ["Mon, 02 Nov 2026 06:05:00 GMT", 300],
    ["Mon, 02 Nov 2026 06:05:01 GMT", 300],
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
    ["<html><title> </title><h1>Bad</h1></html>", "an HTML page"],
    ["<?xml version='1.0'?><Error><Message>Access Denied</Message></Error>", "Access Denied"],
    [`${"x".repeat(499)}🎨`, "x".repeat(499)],
    [`${"x".repeat(498)}🎨`, `${"x".repeat(498)}🎨`],
  ])("%s", (body, message) => {
    expect(togglMessage(body, outside).said).toBe(message);
  });

  it.each([
    ["<html></html>", true],
    ["\n <!doctype html>", true],
    ["\uFEFF<?xml?>", true],
    ["Bad Request\n<html>", true],
    ["Bad Request\n<HTML lang='en'>", true],
    ["start < end", false],
    ["<3 is too few", false],
    ["no <htmlish>", false],
    ['"<html>"', false],
    ["", false],
  ])("%j is a proxy's page: %s", (body, isPage) => {
    expect(togglMessage(body, outside).isPage).toBe(isPage);
  });
});

describe("what is left of the quota", () => {
  const quota = (remaining: string, resetsIn: string) =>
    togglQuota(new Headers({ "x-toggl-quota-remaining": remaining, "x-toggl-quota-resets-in": resetsIn }), now);

  it.each([
    ["597", "2460", { quota_remaining: 597, quota_resets_at: "2026-11-02T06:41:00Z" }],
    ["0", "3600", { quota_remaining: 0, quota_resets_at: "2026-11-02T07:00:00Z" }],
    ["0", "3601", { quota_remaining: 0, quota_resets_at: "2026-11-02T07:00:00Z" }],
    ["0", "1800000", { quota_remaining: 0, quota_resets_at: "2026-11-02T07:00:00Z" }],
    ["5", "0", { quota_remaining: 5, quota_resets_at: "2026-11-02T06:00:00Z" }],
    ["5", "-1", { quota_remaining: 5 }],
    ["5", "1.5", { quota_remaining: 5 }],
    ["-1", "60", {}],
    ["-10", "60", {}],
    ["-0", "60", { quota_resets_at: "2026-11-02T06:01:00Z" }],
    ["9999999999", "60", { quota_resets_at: "2026-11-02T06:01:00Z" }],
  ])("%s remaining, back in %s", (remaining, resetsIn, told) => {
    expect(quota(remaining, resetsIn)).toEqual(told);
  });

  it.each(["many", "about 5", "5 or so", "5x", "x5", ""])("is not known from %j", (said) => {
    expect(quota(said, said)).toEqual({});
  });

  it("is not known without headers", () => {
    expect(togglQuota(new Headers(), now)).toEqual({});
  });
});
