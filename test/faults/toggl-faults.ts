import type { FaultName } from "../../local/toggl-simulator/faults.ts";
import { type Outcome, published, refused } from "./outcome.ts";

const unavailable = refused(502, "toggl_unavailable", 3);
const damaged = refused(502, "toggl_invalid_file");
const silent = refused(504, "toggl_timeout");
const tooLarge = refused(502, "toggl_file_too_large");

/** What must come of everything that Toggl and the way to it can do wrong, for a report as CSV. */
export const csvFaults: Record<Exclude<FaultName, "cut-workbook" | "workbook-without-directory">, Outcome> = {
  "quota-spent": refused(429, "toggl_quota_exhausted"),
  "quota-spent-without-headers": refused(429, "toggl_quota_exhausted"),
  "feature-missing": refused(402, "toggl_feature_required"),
  "bad-request": refused(400, "toggl_rejected"),
  "error-object": refused(400, "toggl_rejected"),
  "error-bare-text": unavailable,
  "error-empty": unavailable,
  "not-admin": refused(502, "toggl_credentials_rejected", 2),
  "login-failed": refused(502, "toggl_credentials_rejected", 2),
  "server-error": unavailable,
  "bad-gateway": unavailable,
  gone: refused(502, "toggl_gone"),
  throttled: refused(429, "toggl_rate_limited", 3),
  "throttled-with-retry-after": refused(429, "toggl_rate_limited", 3),
  "throttled-with-date": refused(429, "toggl_rate_limited"),
  "removal-warning": published(),
  redirect: refused(502, "toggl_unexpected"),
  "reset-before-headers": unavailable,
  "reset-in-headers": unavailable,
  "reset-in-body": unavailable,
  "cut-with-length": unavailable,
  "cut-in-chunk": unavailable,
  "cut-between-chunks": damaged,
  "cut-at-close": damaged,
  "stall-before-headers": silent,
  "stall-in-body": silent,
  drip: silent,
  endless: tooLarge,
  gzip: published(),
  "truncated-gzip": damaged,
  "html-page": damaged,
  "json-error": damaged,
  "empty-body": damaged,
  "header-only": { ...published(), rows: 0 },
  "byte-order-mark": published(),
  crlf: published(),
  "quoted-newlines": published(),
  "blank-lines": published("blank_lines"),
  "ragged-row": published("ragged_records"),
  "short-last-row": damaged,
  "open-quote": damaged,
  "no-last-newline": published(),
  "no-last-newline-no-length": damaged,
  "invalid-utf8": damaged,
  "other-format": damaged,
  "zip-without-workbook": damaged,
};

/** The same for XLSX, where it is not the same by nature. */
export const xlsxFaults: Partial<Record<FaultName, Outcome>> = {
  "reset-in-body": unavailable,
  "cut-with-length": unavailable,
  "cut-in-chunk": unavailable,
  "cut-between-chunks": damaged,
  "cut-at-close": damaged,
  "stall-in-body": silent,
  endless: tooLarge,
  gzip: published(),
  "truncated-gzip": damaged,
  "html-page": damaged,
  "json-error": damaged,
  "empty-body": damaged,
  "other-format": damaged,
  "cut-workbook": damaged,
  "workbook-without-directory": damaged,
  "zip-without-workbook": damaged,
};

/** The same for trends as JSON, which are handed on and never stored. */
export const jsonFaults: Partial<Record<FaultName, Outcome>> = {
  "quota-spent": refused(429, "toggl_quota_exhausted"),
  "feature-missing": refused(402, "toggl_feature_required"),
  "bad-request": refused(400, "toggl_rejected"),
  "not-admin": refused(502, "toggl_credentials_rejected", 2),
  "bad-gateway": unavailable,
  gone: refused(502, "toggl_gone"),
  throttled: refused(429, "toggl_rate_limited", 3),
  redirect: refused(502, "toggl_unexpected"),
  "reset-in-body": unavailable,
  "cut-with-length": unavailable,
  "cut-between-chunks": damaged,
  "cut-at-close": damaged,
  "stall-before-headers": silent,
  gzip: published(),
  "truncated-gzip": damaged,
  "html-page": damaged,
  "json-error": damaged,
  "empty-body": damaged,
};
