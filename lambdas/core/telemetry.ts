import type { TogglUsage } from "../../api/export.ts";
import { Failure } from "./failure.ts";

/** CloudWatch's metrics, by name; every one has the stack's name as its dimension `service`. */
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
  /** Files of schedules whose columns are not those of the file before. */
  | "ColumnsChanged"
  /** Requests that Toggl's hourly quota still allows. */
  | "QuotaRemaining"
  /** Schedules whose last run has not made its files although it is due. */
  | "SchedulesOverdue"
  /** Hours since a schedule last made its files; with the dimension `schedule`. */
  | "ScheduleAgeHours";

export type Level = "INFO" | "WARN" | "ERROR";

export type Fields = Readonly<Record<string, unknown>>;

/** What the functions log and measure. Never a token, a link, a header or a body. */
export interface Telemetry {
  /** One line of JSON in the log. */
  event(level: Level, message: string, fields: Fields): void;
  /** Numbers for CloudWatch. */
  measure(metrics: Partial<Record<MetricName, number>>, dimensions?: Readonly<Record<string, string>>): void;
}

/** Measures what came of a call to Toggl: what is left of its quota, and what an operator has to look at. */
export function togglTelemetry({ measure }: Pick<Telemetry, "measure">) {
  return (outcome: TogglUsage | Failure): void => {
    if (!(outcome instanceof Failure)) {
      if (outcome.quota_remaining !== undefined) measure({ QuotaRemaining: outcome.quota_remaining });
      return;
    }
    if (outcome.kind === "toggl_credentials_rejected") measure({ CredentialsRejected: 1 });
    if (outcome.kind === "toggl_rate_limited") measure({ TogglThrottled: 1 });
    if (outcome.kind === "toggl_quota_exhausted") measure({ QuotaRemaining: 0 });
  };
}

/** Tells how long the phases of some work took, in milliseconds; a phase that comes again adds up. */
export function stopwatch(now: () => number) {
  const phases: Record<string, number> = {};
  const timedMethod = (phase: string, method: Method): Method => {
    return async (...given) => {
      const from = now();
      try {
        return await method(...given);
      } finally {
        const name = `${phase}_ms`;
        phases[name] = (phases[name] ?? 0) + now() - from;
      }
    };
  };
  /** The same port with the time taken of some methods, by the names of their phases. */
  const timed = <Port extends object>(port: Port, names: { readonly [Name in keyof Port]?: string }): Port => {
    const methods = Object.entries<string>(names as Record<string, string>);
    const timedOnes = methods.map(([name, phase]) => [name, timedMethod(phase, port[name as keyof Port] as Method)]);
    return { ...port, ...Object.fromEntries(timedOnes) };
  };
  return { phases: phases as Readonly<Record<string, number>>, timed };
}

type Method = (...given: unknown[]) => Promise<unknown>;
