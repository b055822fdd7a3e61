import type { BackfillPlan } from "../../client/backfill.ts";

/** One language and one way to write numbers and days, whatever the browser's is: the page is in English. */
const locale = "en-GB";

const whole = new Intl.NumberFormat(locale);
const oneDigit = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** Here it is K and M; British English writes m, which beside hours looks like minutes. */
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const signed = new Intl.NumberFormat(locale, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

/** The order of names as people count: “Phase 2” comes before “Phase 10”. */
export const { compare: compareNames } = new Intl.Collator("en", { numeric: true });

export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${whole.format(value)} ${value === 1 ? singular : plural}`;
}

/** Words of a name that programs use, such as “Previous month” of `previous-month`. */
export function sentenceCase(name: string): string {
  const words = name.replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What screen readers are told when a list is there. */
export function areShown(value: number, singular: string): string {
  return `${count(value, singular)} ${value === 1 ? "is" : "are"} shown.`;
}

const reportNames: Readonly<Record<string, string>> = {
  "profitability/projects": "Profitability of projects",
  "profitability/employees": "Profitability of employees",
  "trends/projects": "Trends of projects",
  "data_trends/projects": "Trends of projects by day",
};

/** What a report is called here; one that has no name of ours keeps the API's. */
export function reportName(report: string): string {
  return Object.hasOwn(reportNames, report) ? (reportNames[report] ?? report) : report;
}

/** Stands where a figure cannot be told. */
const untold = "–";

export function hours(seconds: number | null): string {
  return seconds === null ? "no data" : `${oneDigit.format(seconds / 3600)} h`;
}

/** For an axis, which has little room: 100,000 hours are 100K. */
export function axisHours(value: number): string {
  return `${compact.format(value)} h`;
}

/** With its sign. */
export function hoursChange(seconds: number | null): string {
  return seconds === null ? untold : `${signed.format(seconds / 3600)} h`;
}

/** How much a figure changed, as people say it: a share, unless there was nothing before. Without data nobody knows. */
export function changeShare(now: number | null, before: number | null): string {
  if (now === null || before === null) return untold;
  if (before === 0) return now === 0 ? "no change" : "new";
  return `${signed.format((100 * (now - before)) / before)} %`;
}

/** A figure of a file's with as many decimals as all in its column; one decimal is money, which has two. */
export function figure(value: number, decimals: number): string {
  const digits = decimals === 1 ? 2 : decimals;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, format).format(value);
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} bytes`;
  return size < 1_000_000 ? `${oneDigit.format(size / 1000)} kB` : `${oneDigit.format(size / 1_000_000)} MB`;
}

/** A day of the calendar, such as 31 Oct 2026. */
export function day(isoDay: string): string {
  return dayFormat.format(new Date(`${isoDay}T00:00:00Z`));
}

/** A month of the calendar, such as October 2026. */
export function month(isoDay: string): string {
  return monthFormat.format(new Date(`${isoDay}T00:00:00Z`));
}

/** A month without its year, for an axis. */
export function shortMonth(isoDay: string): string {
  return shortMonthFormat.format(new Date(`${isoDay}T00:00:00Z`));
}

/** A day without its year, for an axis. */
export function shortDay(isoDay: string): string {
  return shortDayFormat.format(new Date(`${isoDay}T00:00:00Z`));
}

export function dayRange(first: string | undefined, last: string | undefined): string {
  if (first === undefined && last === undefined) return "no fixed period";
  if (first === undefined || last === undefined) return `${first ? day(first) : "…"} – ${last ? day(last) : "…"}`;
  return dayFormat.formatRange(new Date(`${first}T00:00:00Z`), new Date(`${last}T00:00:00Z`));
}

/**
 * A moment with the zone that its clock goes by, such as 3 Nov 2026, 06:00 CET.
 * @param zone an IANA name; the viewer's own if left out
 */
export function moment(isoTime: string, zone?: string): string {
  const format = { ...dayParts, ...clockParts, timeZone: zone, timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat(locale, format).format(new Date(isoTime));
}

/** A time of day with its zone, such as 06:00 CET. */
export function clock(isoTime: string): string {
  return new Intl.DateTimeFormat(locale, { ...clockParts, timeZoneName: "short" }).format(new Date(isoTime));
}

const dayParts = { day: "numeric", month: "short", year: "numeric" } as const;
const clockParts = { hour: "2-digit", minute: "2-digit" } as const;

/** Whether a clock shows the same time in both places. */
export function isSameClock(isoTime: string, zone: string): boolean {
  const shown = (timeZone?: string) =>
    new Intl.DateTimeFormat(locale, { ...dayParts, ...clockParts, timeZone }).format(new Date(isoTime));
  return shown() === shown(zone);
}

/** A text of the API's with the moments in it on the viewer's clock: the API writes them in UTC. */
export function onOwnClock(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z(?!\w)/g, (isoTime) =>
    Number.isNaN(Date.parse(isoTime)) ? isoTime : moment(isoTime),
  );
}

/** How long it takes until something, such as 1 h 02 min, 12 min 05 s or 45 s. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${two(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

export function viewersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const dayFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const monthFormat = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const shortMonthFormat = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" });
const shortDayFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });

/** The price of a backfill in a sentence or two. */
export function priceSentence(plan: BackfillPlan): string {
  const { periods, periods_not_over: notOver, periods_there: there, toggl_requests: requests } = plan;
  if (periods.length === 0) return "No whole period lies between these days.";
  const parts = [count(periods.length, "period")];
  if (there > 0) parts.push(`${there} of them there already`);
  if (notOver > 0)
    parts.push(`${notOver} more ${notOver === 1 ? "is not over yet and is" : "are not over yet and are"} left out`);
  if (requests === 0) return `${parts.join(", ")}. There is nothing to make.`;
  const share = plan.hours_of_quota;
  const cost =
    share <= 1 ? `${Math.max(1, Math.round(share * 100))} % of an hour's quota` : `${share.toFixed(1)} hours of quota`;
  return `${parts.join(", ")}. The rest costs ${count(requests, "Toggl request")}: ${cost} (${plan.quota_per_hour} an hour on Premium and Enterprise).`;
}
