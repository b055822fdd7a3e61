/** Longer than any figure. */
const maxLength = 40;

const units = "h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|d|days?|w|weeks?|std|tage?";

/** Currencies that are written with letters. */
const lettered = "(?:kr|zł|kč|ft|fr|rs|rp|lei|лв|руб|r|s/)\\.?";

/** A number with its sign, currency, unit or percent sign, in whatever notation; in brackets it is negative. */
const amount = new RegExp(
  String.raw`^\(?[-+−]?\s*([A-Z]{0,3}\p{Sc}|[A-Z]{2,3}(?=[\s\d-])|${lettered}(?=[\s\d]))?\s*[-+−]?\s*(\d[\d.,'’\s]*|[.,]\d+)(e[-+]?\d+)?[-–]?\s*([%‰]|[A-Z]{0,3}\p{Sc}|[A-Z]{3}|${lettered}|${units})?(\s*/\s*(${units}))?\s*\)?$`,
  "iu",
);

/** Such as `01:30:00`, `1h 30m` or `PT1H30M`. */
const duration = new RegExp(
  String.raw`^[-+−]?\s*(\d+:\d\d(:\d\d)?([.,]\d+)?(\s*h)?|(\d[\d.,]*\s*(${units})\.?\s*)+|PT?(\d+[DHMS])+T?(\d+[HMS])*)$`,
  "iu",
);

/** Whether a cell holds a figure rather than a name or a date: an amount, money, a share or a duration. */
export function isFigure(cell: string): boolean {
  return cell.length <= maxLength && (amount.test(cell) || duration.test(cell));
}

/** Whether a cell stands for a figure that there is none of. */
export function isBlank(cell: string): boolean {
  return /^([\s–—-]*|n\/a|null)$/i.test(cell);
}
