import { beforeEach, describe, expect, it } from "vitest";
import { loadTrends } from "../../lambdas/load-trends/handler.ts";
import { type Asked, answer } from "./answer.ts";

let trends: Buffer;
let asked: unknown[];
beforeEach(() => {
  trends = Buffer.from('[{"project_id":1, "start":"2026-10-01","ä":1.50}]');
  asked = [];
});

const call = (more: Partial<Asked> = {}) => {
  const handler = loadTrends({
    configuration: { workspaces: new Set([123]) },
    toggl: {
      async trends(workspaceId, parameters, { remainingMs }) {
        asked.push([workspaceId, parameters, remainingMs() > 0]);
        return trends;
      },
    },
  });
  const route = "/workspace/{workspace_id}/data_trends/projects";
  return answer(handler, { route, body: '{"start_date":"2026-10-01"}', ...more });
};

describe("trends", () => {
  it("are Toggl's answer byte for byte, to be asked for again each time", async () => {
    const { status, headers, text } = await call();
    expect([status, text]).toEqual([200, trends.toString()]);
    expect(asked).toEqual([[123, { start_date: "2026-10-01" }, true]]);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "private, no-cache",
      etag: expect.stringMatching(/^W\/"[0-9a-f]{32}"$/),
      vary: "accept-encoding",
    });
  });

  it("that the caller has are not sent again", async () => {
    const { headers } = await call();
    const etag = String(headers?.etag);
    const { status, text, headers: again } = await call({ headers: { "If-None-Match": [etag] } });
    expect([status, text, again?.etag]).toEqual([304, "", etag]);
    trends = Buffer.from("[]");
    expect((await call({ headers: { "If-None-Match": [etag] } })).status).toBe(200);
  });

  it("are logged by their size", async () => {
    expect((await call()).logged).toMatchObject([{ report: "data_trends/projects", bytes: trends.length }]);
  });

  it("that are no JSON are not handed on", async () => {
    trends = Buffer.from("<html>");
    const { status, body } = await call();
    expect([status, body.code]).toEqual([502, "toggl_invalid_file"]);
  });

  it("that are larger than Lambda takes come compressed, or with what to ask for instead", async () => {
    trends = Buffer.from(JSON.stringify([{ name: '"'.repeat(4 * 1024 ** 2) }]));
    const { status, body } = await call();
    expect([status, body.code]).toEqual([406, "response_too_large"]);
    expect(body.detail).toContain("shorter period or fewer projects");
  });

  it("are asked for with a body that fits and a workspace of the configuration alone", async () => {
    const wrong = await call({ body: '{"start":"2026-10-01"}' });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, "start"]);
    expect((await call({ params: { workspace_id: "9" } })).status).toBe(403);
    expect(asked).toEqual([]);
  });
});
