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
