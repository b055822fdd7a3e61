/** IANA's names that are in `Intl` under older ones, and those that stand for no place. */
const moreNames = [
  ...["America/Argentina/Buenos_Aires", "America/Argentina/Catamarca", "America/Argentina/Cordoba"],
  ...["America/Argentina/Jujuy", "America/Argentina/Mendoza", "America/Indiana/Indianapolis"],
  ...["America/Kentucky/Louisville", "America/Nuuk", "America/Yellowknife", "Asia/Choibalsan", "Asia/Ho_Chi_Minh"],
  ...["Asia/Kathmandu", "Asia/Kolkata", "Asia/Yangon", "Atlantic/Faroe", "Europe/Kyiv", "Pacific/Kanton"],
  ...["UTC", "CET", "CST6CDT", "EET", "EST", "EST5EDT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "WET"],
  ...Array.from({ length: 12 }, (_, at) => `Etc/GMT+${at + 1}`),
  ...Array.from({ length: 14 }, (_, at) => `Etc/GMT-${at + 1}`),
];

const names = [...new Set([...Intl.supportedValuesOf("timeZone"), ...moreNames])];

/**
 * An IANA time zone in IANA's own spelling, the only one that EventBridge Scheduler documents: `Europe/Berlin` for
 * `europe/berlin`, `UTC` for `Etc/UTC`. Undefined if it is none, such as an offset or an abbreviation.
 */
export function canonicalZone(text: string): string | undefined {
  return named(text) ?? linked(text);
}

/** What is wrong with a time zone, and what to write; undefined if nothing is. */
export function zoneError(text: string): string | undefined {
  if (canonicalZone(text) !== undefined) return undefined;
  return `is no time zone; it must be an IANA name, such as ${meantBy(text) ?? "Europe/Berlin"}`;
}

function named(text: string): string | undefined {
  const found = names.find((name) => name.toLowerCase() === text.toLowerCase());
  return found !== undefined && resolved(found) !== undefined ? found : undefined;
}

/** Another name of a zone, such as US/Eastern. `Intl` takes abbreviations that IANA does not have, such as PST and IST. */
function linked(text: string): string | undefined {
  const zone = resolved(text);
  if (zone === "UTC") return zone;
  return zone !== undefined && names.includes(zone) && !/^(?!PRC|ROC|ROK)[a-z]{3}$/i.test(text) ? zone : undefined;
}

/** What somebody means who writes a city alone or an abbreviation. */
function meantBy(text: string): string | undefined {
  const city = text.trim().replaceAll(" ", "_").toLowerCase();
  const places = names.filter((name) => !name.startsWith("Etc/"));
  const found = places.find((name) => name.toLowerCase() === city || name.toLowerCase().endsWith(`/${city}`));
  const zone = found ?? resolved(text);
  return zone !== undefined && names.includes(zone) ? zone : undefined;
}

function resolved(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
