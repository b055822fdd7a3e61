/** What CloudWatch is told, by name; every one has the stack's name as its dimension `service`. */
export type MetricName =
  /** Background exports that were made. */
  | "ExportsSucceeded"
  /** Background exports that failed for good. */
  | "ExportsFailed"
  /** Tries to send an event about a background export that failed. */
  | "EventsNotSent"
  /** Calls for which Toggl refused the token, twice. */
  | "CredentialsRejected"
  /** Calls that Toggl's pace turned away. */
  | "TogglThrottled"
  /** Texts that Toggl warned of, such as a removal; each once a day. */
  | "TogglWarnings"
  /** Requests that Toggl's hourly quota still allows. */
  | "QuotaRemaining"
  /** Schedules whose last run has not made its files although it is due. */
  | "SchedulesOverdue"
  /** Hours since a schedule last made its files; with the dimension `schedule`. */
  | "ScheduleAgeHours";

export type Level = "INFO" | "WARN" | "ERROR";

export type Fields = Readonly<Record<string, unknown>>;

/** What the functions tell of themselves. Never a token, a link, a header or a body. */
export interface Telemetry {
  /** One line of JSON in the log. */
  event(level: Level, message: string, fields: Fields): void;
  /** Numbers for CloudWatch. */
  measure(metrics: Partial<Record<MetricName, number>>, dimensions?: Readonly<Record<string, string>>): void;
}
