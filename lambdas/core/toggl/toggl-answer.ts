import { isoTime } from "../../../api/times.ts";
import { Failure } from "../failure.ts";
import { togglMessage } from "./toggl-message.ts";

/** The start of an answer of Toggl's: enough to tell what it means. */
interface TogglAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The first bytes of the body as text; a message from status 400 on, and not looked at below. */
  readonly body: string;
  /** Makes text from outside fit for messages, without the token. */
  readonly outside: (text: string) => string;
}

/** What Toggl's quota headers say. They come on ordinary answers too (docs/toggl.md). */
interface TogglQuota {
  readonly quota_remaining?: number;
  readonly quota_resets_at?: string;
}

/** The quota is counted by the hour, so it is back after one at the latest. */
export const maxQuotaWaitSeconds = 3600;

/** Toggl's pace is a matter of seconds, so who asks to wait longer is not believed. */
const maxPaceWaitSeconds = 300;

/** Toggl lets about one request through in a second; it does not promise a `Retry-After`. */
const bucketRefillSeconds = 1;

/** Statuses that are about the connection or the moment, whatever the body says (RFC 9110, RFC 8470). */
const passingStatuses = [408, 421, 425];

/** Refusals that Toggl was seen to give for a spent quota, or that say nothing about the request. */
const quotaStatuses = [401, 402, 403, 429, ...passingStatuses];

/**
 * A negative number means that the quota is not enforced (Toggl's swagger): then nothing is known of it.
 * @param now milliseconds since 1970
 */
export function togglQuota(headers: TogglAnswer["headers"], now: number): TogglQuota {
  const remaining = remainingIn(headers);
  const resetsIn = wholeNumber(headers.get("x-toggl-quota-resets-in"));
  if (remaining !== undefined && remaining < 0) return {};
  return {
    ...(remaining !== undefined && { quota_remaining: remaining }),
    ...(resetsIn !== undefined && { quota_resets_at: secondsFrom(now, Math.min(resetsIn, maxQuotaWaitSeconds)) }),
  };
}

/**
 * What an answer other than 200 means (docs/toggl.md, "Statuses").
 * @param now milliseconds since 1970
 */
export function failureOf(answer: TogglAnswer, now: number): Failure {
  const { status, headers, body } = answer;
  if (status < 400) {
    const detail = `Toggl answered ${status}. A report was due. Redirects are not followed.`;
    return new Failure("toggl_unexpected", detail);
  }
  const { said, isPage } = togglMessage(body, answer.outside);
  const telling = sentence(`Toggl answered ${status}${said && `: ${said}`}`);
  if (saysFeature.test(body)) return featureRequired(telling);
  if (isQuotaSpent(answer, said !== "" && !isPage)) return quotaSpent(answer, telling, now);
  if (status === 410 && !isPage) return new Failure("toggl_gone", `${telling} Toggl has removed this report for good.`);
  if (status === 429) {
    const retryAfterSeconds = waitOf(headers, now, maxPaceWaitSeconds) ?? bucketRefillSeconds;
    return new Failure("toggl_rate_limited", telling, { retryAfterSeconds });
  }
  const retryAfterSeconds = waitOf(headers, now, maxQuotaWaitSeconds);
  if (status >= 500) return new Failure("toggl_unavailable", telling, { retryAfterSeconds });
  if (isPage) {
    const whose = "That is a page of a proxy in front of Toggl and says nothing about the request.";
    return new Failure("toggl_unavailable", `${telling} ${whose}`, { retryAfterSeconds });
  }
  if (passingStatuses.includes(status)) return new Failure("toggl_unavailable", telling, { retryAfterSeconds });
  if (status === 401 || status === 403) return credentialsRejected(telling, said);
  if (status === 402) return featureRequired(telling);
  return new Failure("toggl_rejected", telling);
}

/** Toggl's words for a plan that lacks a report: they win over whatever headers say. */
const saysFeature = /needs?\s+to\s+have\s+the\s.{1,80}\sfeature/is;

/** Toggl's words for a spent quota, in three wordings (docs/toggl.md). */
const saysQuota = /hourly limit|quota will reset/i;

/** How long until then, in the same words. */
const resetWords = /reset in (?:(?<minutes>\d+) minutes?(?:,| and|, and)? ?)?(?:(?<seconds>\d+) second)?/i;

/**
 * Whether the hourly quota is spent. The quota's headers prove nothing by being there, only exactly 0 does; and not
 * where Toggl itself says what is wrong with the request: that one was the hour's last.
 */
function isQuotaSpent({ status, headers, body }: TogglAnswer, hasOwnWords: boolean): boolean {
  if (saysQuota.test(body)) return true;
  if (remainingIn(headers) !== 0 || status === 410) return false;
  return status >= 500 || quotaStatuses.includes(status) || !hasOwnWords;
}

function quotaSpent({ headers, body }: TogglAnswer, telling: string, now: number): Failure {
  const asked =
    wholeNumber(headers.get("x-toggl-quota-resets-in")) ??
    secondsInWords(body) ??
    waitOf(headers, now, maxQuotaWaitSeconds) ??
    maxQuotaWaitSeconds;
  const retryAfterSeconds = between(1, asked, maxQuotaWaitSeconds);
  const resetsAt = secondsFrom(now, retryAfterSeconds);
  return new Failure("toggl_quota_exhausted", `${telling} The quota is back at ${resetsAt}.`, { retryAfterSeconds });
}

function secondsInWords(body: string): number | undefined {
  const { minutes, seconds } = resetWords.exec(body)?.groups ?? {};
  if (minutes === undefined && seconds === undefined) return undefined;
  return Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

function featureRequired(telling: string): Failure {
  return new Failure("toggl_feature_required", `${telling} The workspace's Toggl plan lacks this report.`);
}

/** Toggl's words for a token that is valid, but of no admin. */
const saysAdmin = /admin|required access|not accessible|no access/i;

function credentialsRejected(telling: string, said: string): Failure {
  const advice =
    "The token must belong to an admin of the workspace; check the token, the owner's role and the workspace id.";
  const reason = saysAdmin.test(said) ? "not_admin" : undefined;
  return new Failure("toggl_credentials_rejected", `${telling} ${advice}`, { reason });
}

/** `Retry-After` in seconds from 1 to `max`: digits or one of HTTP's dates; anything else says nothing. */
function waitOf(headers: TogglAnswer["headers"], now: number, max: number): number | undefined {
  const value = headers.get("retry-after");
  const seconds = wholeNumber(value);
  if (seconds !== undefined) return between(1, seconds, max);
  const date = value === null ? undefined : httpDate(value, now);
  return date === undefined ? undefined : between(1, Math.ceil((date - now) / 1000), max);
}

function between(min: number, value: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Requests that are left; below 0 where the quota is not enforced. */
function remainingIn(headers: TogglAnswer["headers"]): number | undefined {
  const value = headers.get("x-toggl-quota-remaining");
  return value !== null && /^(-[1-9]\d*|\d{1,9})$/.test(value) ? Number(value) : undefined;
}

function wholeNumber(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

function secondsFrom(now: number, seconds: number): string {
  return isoTime(now + seconds * 1000);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(?<month>${months.join("|")})`;
const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const longDay = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** The three forms of a date in HTTP (RFC 9110, 5.6.7): IMF-fixdate, RFC 850, asctime. */
const forms = [
  String.raw`${day}, (?<date>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${longDay}, (?<date>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${day} ${month} (?<date> ?\d|\d\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * A date as HTTP headers write it, in milliseconds since 1970; undefined for anything else.
 * @param now milliseconds since 1970; tells the century of a year of two digits
 */
export function httpDate(text: string, now: number): number | undefined {
  for (const form of forms) {
    const found = form.exec(text)?.groups;
    if (found) return momentOf(found, now);
  }
  return undefined;
}

function momentOf(found: Record<string, string>, now: number): number | undefined {
  const { year = "", month: name = "", date, hour, minute, second } = found;
  const monthAt = months.indexOf(name);
  const fullYear = year.length === 4 ? Number(year) : centuryYear(Number(year), now);
  const moment = new Date(0).setUTCFullYear(fullYear, monthAt, Number(date));
  const exists = new Date(moment).getUTCMonth() === monthAt && new Date(moment).getUTCDate() === Number(date);
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined; // 60 is a leap second
  return moment + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
}

/** Two digits that seem more than 50 years ahead stand for the century before (RFC 9110, 5.6.7). */
function centuryYear(digits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
