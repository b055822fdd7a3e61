export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** Which period a trend is compared with. */
export const previousPeriods = ["none", "equal-length", "same-last-year"] as const;
