export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/**
 * Which period a trend is compared with: none; the one before of the same kind, from its first day (a month with the
 * month before); as many days just before; the same days last year.
 */
export const previousPeriods = ["none", "previous-period", "equal-length", "same-last-year"] as const;

/** What becomes of a schedule's current files when one has other columns than the one before. */
export const columnsPolicies = ["publish", "hold"] as const;
