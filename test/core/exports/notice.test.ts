import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import { exportEvents, noticeOf } from "../../../lambdas/core/exports/export-event.ts";
import { columnsWarning } from "../../../lambdas/core/files/columns.ts";

const detail = {
  id: "01KAT400000000000000000000",
  report: "profitability/projects",
  format: "csv",
  schedule: "monthly-usd",
  summary: 'Export Failed: Toggl said "no" to Ärger & Söhne.',
};
const subjectOf = (type: unknown, changed: object = {}) =>
  noticeOf({ "detail-type": type, detail: { ...detail, ...changed } }).subject;
const messageOf = (summary: unknown) =>
  noticeOf({ "detail-type": "Export Failed", detail: { ...detail, summary } }).message;

/** Any characters, halves of some and controls among them, and often those that JavaScript writes as two. */
const anyText = (maxLength: number) =>
  fc.oneof(
    fc.uint16Array({ minLength: 1, maxLength }).map((units) => String.fromCharCode(...units)),
    fc.string({ unit: fc.constantFrom("🎨", "\ud83d", "a", " ", "€", "\u0007"), minLength: 1, maxLength }),
  );

describe("a notice's subject", () => {
  it.each<[string, unknown, object, string]>([
    ["of a schedule", "Export Failed", {}, "Toggl Insights: export failed, monthly-usd"],
    [
      "of a call",
      "Export Succeeded",
      { schedule: undefined },
      "Toggl Insights: export succeeded, profitability/projects as csv",
    ],
    [
      "with letters of other alphabets",
      "Export Failed",
      { schedule: "Café Zürich 日本 №1" },
      "Toggl Insights: export failed, Cafe Zurich No1",
    ],
    [
      "with nothing else",
      "Export Failed",
      { schedule: "日本" },
      "Toggl Insights: export failed, profitability/projects as csv",
    ],
    ["with line breaks", "Export\r\nFailed", { schedule: "a\n\u0000b\u202ec" }, "Toggl Insights: export failed, a b c"],
    ["of no kind", undefined, {}, "Toggl Insights: monthly-usd"],
    ["of nothing known", 7, { schedule: {}, report: null, format: 1 }, "Toggl Insights"],
    [
      "that ends with the 99th character",
      "x",
      { schedule: `${"a".repeat(79)}` },
      `Toggl Insights: x, ${"a".repeat(79)}`.slice(0, 99),
    ],
    [
      "that is too long",
      "Export Failed",
      { schedule: "word ".repeat(30) },
      "Toggl Insights: export failed, word word word word word word word word word word word word word...",
    ],
    ["that is one word too long", "Export Failed", { schedule: "a".repeat(99) }, "Toggl Insights: export failed..."],
    ["that is all one word", "e".repeat(120), { schedule: "" }, `Toggl Insights: ${"e".repeat(80)}...`],
  ])("%s", (_, type, changed, subject) => {
    expect(subjectOf(type, changed)).toBe(subject);
  });

  it("is one that SNS takes, whatever stands in an event", () => {
    const any = fc.oneof(anyText(200), fc.string({ unit: "grapheme" }), fc.anything());
    fc.assert(
      fc.property(any, any, any, any, (type, schedule, report, format) => {
        const subject = subjectOf(type, { schedule, report, format });
        expect(subject).toMatch(/^Toggl Insights\b/);
        expect(subject.length).toBeLessThan(100);
        expect([...subject].filter((sign) => sign < " " || sign > "~")).toEqual([]);
        expect(subject).not.toMatch(/ {2}| $/);
      }),
    );
  });

  it("is the whole text where that fits", () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
    fc.assert(
      fc.property(word, (schedule) => {
        expect(subjectOf("Export Restated", { schedule })).toBe(`Toggl Insights: export restated, ${schedule}`);
      }),
    );
  });

  it("ends with a whole word where it is cut", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(words, (all) => {
        const text = `Toggl Insights: x, ${all.join(" ")}`;
        const subject = subjectOf("x", { schedule: all.join(" ") });
        if (text.length < 100) return expect(subject).toBe(text);
        expect(subject).toMatch(/[a-z]\.\.\.$/);
        expect(text.startsWith(`${subject.slice(0, -3)} `)).toBe(true);
      }),
    );
  });
});

describe("a notice's message", () => {
  it.each<[string, unknown, string]>([
    ["is the sentence as it is, its own quotes and letters too", detail.summary, detail.summary],
    ["is on one line", "a\r\nb\tc\u001b[1m", "a  b c [1m"],
    ["is on one line where Unicode's own separators are", "a\u2028b\u2029c", "a b c"],
    ["has no half of a character", "a\ud83d", "a\ufffd"],
    ["keeps whole ones", "🎨", "🎨"],
    ["is the subject where there is no sentence", undefined, "Toggl Insights: export failed, monthly-usd"],
    ["is the subject where the sentence is empty", " \n ", "Toggl Insights: export failed, monthly-usd"],
    ["is the subject where the sentence is no text", { a: 1 }, "Toggl Insights: export failed, monthly-usd"],
  ])("%s", (_, summary, message) => {
    expect(messageOf(summary)).toBe(message);
  });

  it("is one that SNS takes: UTF-8 of 1 to 262,144 bytes without control characters", () => {
    const long = fc.tuple(anyText(20), fc.nat({ max: 20_000 }));
    fc.assert(
      fc.property(long, ([text, times]) => {
        const message = messageOf(text.repeat(times));
        expect(message).not.toBe("");
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
        expect(Buffer.from(message).toString()).toBe(message);
        expect(/\p{Cc}/u.test(message)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

it("is made of any event at all, as it is of nothing", () => {
  fc.assert(
    fc.property(fc.anything(), (detail) => {
      const notice = noticeOf({ "detail-type": "Export Failed", detail: detail as Record<string, unknown> });
      expect(notice.subject).toMatch(/^Toggl Insights: export failed/);
    }),
  );
  expect(noticeOf({})).toEqual({ subject: "Toggl Insights", message: "Toggl Insights" });
});

it("says of each kind of event what it is about, and what the event says", () => {
  const made = {
    ...{ id: detail.id, status: "succeeded", workspace_id: 1, report: "trends/projects", format: "csv" },
    ...{ parameters: {}, requested_by: "schedule", schedule: "nightly", created_at: "2026-11-03T05:00:00Z" },
    ...{ restates: "01KAT400000000000000000001", restatement: { added: 1, removed: 0, changed: 0 } },
    warnings: [{ code: "rows_fell", detail: "It has 1 row; the run before had 4." }, columnsWarning(["A"], ["A", "B"])],
  } as unknown as Export;
  const events = exportEvents(made, { apiUrl: "https://api", stackName: "TogglInsights" });
  const notices = events.map(({ type, detail }) => noticeOf({ "detail-type": type, detail }));
  expect(notices.map(({ subject }) => subject)).toEqual([
    "Toggl Insights: export succeeded, nightly",
    "Toggl Insights: export restated, nightly",
    "Toggl Insights: export rows fell, nightly",
    "Toggl Insights: export columns changed, nightly",
  ]);
  expect(notices.map(({ message }) => message)).toEqual(events.map(({ detail }) => detail.summary));
});
