/**
 * Made from docs/openapi.json by `npm run openapi`: change lib/openapi/ and run it again.
 */

/**
 * Toggl's own answer, byte for byte: its two documents disagree about the outer form.
 */
export type Trends =
  | Trend[]
  | {
      items: Trend[] | null;
      [k: string]: unknown;
    }
  | null;

/**
 * What to ask Toggl for: data_trends/projects.
 */
export interface DataTrendsProjectsRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date?: string;
  /**
   * Last day of the period.
   */
  end_date?: string;
  /**
   * First day of the period to compare with.
   */
  previous_period_start?: string;
  /**
   * Only these projects.
   */
  project_ids?: number[];
  /**
   * Only billable time, or only time that is not.
   */
  billable?: boolean;
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
}
/**
 * What to ask Toggl for: profitability/employees.
 */
export interface ProfitabilityEmployeesCsvRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date: string;
  /**
   * Last day of the period.
   */
  end_date: string;
  /**
   * ISO 4217 code of the currency, such as usd.
   */
  currency: string;
  /**
   * Only these people.
   */
  user_ids?: number[];
  /**
   * Only people of these groups.
   */
  group_ids?: number[];
  /**
   * One row for each day, week, month or quarter.
   */
  resolution?: "day" | "week" | "month" | "quarter";
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
  /**
   * true puts an apostrophe before cells that a spreadsheet would run as a formula.
   */
  spreadsheet_safe?: boolean;
}
/**
 * What to ask Toggl for: profitability/employees.
 */
export interface ProfitabilityEmployeesXlsxRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date: string;
  /**
   * Last day of the period.
   */
  end_date: string;
  /**
   * ISO 4217 code of the currency, such as usd.
   */
  currency: string;
  /**
   * Only these people.
   */
  user_ids?: number[];
  /**
   * Only people of these groups.
   */
  group_ids?: number[];
  /**
   * One row for each day, week, month or quarter.
   */
  resolution?: "day" | "week" | "month" | "quarter";
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
}
/**
 * What to ask Toggl for: profitability/projects.
 */
export interface ProfitabilityProjectsCsvRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date?: string;
  /**
   * Last day of the period.
   */
  end_date?: string;
  /**
   * ISO 4217 code of the currency, such as usd.
   */
  currency: string;
  /**
   * Only these projects.
   */
  project_ids?: number[];
  /**
   * Only projects of these clients; null means projects without a client.
   */
  client_ids?: (number | null)[];
  /**
   * Only billable time, or only time that is not.
   */
  billable?: boolean;
  /**
   * One row for each day, week, month or quarter.
   */
  resolution?: "day" | "week" | "month";
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
  /**
   * true puts an apostrophe before cells that a spreadsheet would run as a formula.
   */
  spreadsheet_safe?: boolean;
}
/**
 * What to ask Toggl for: profitability/projects.
 */
export interface ProfitabilityProjectsXlsxRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date?: string;
  /**
   * Last day of the period.
   */
  end_date?: string;
  /**
   * ISO 4217 code of the currency, such as usd.
   */
  currency: string;
  /**
   * Only these projects.
   */
  project_ids?: number[];
  /**
   * Only projects of these clients; null means projects without a client.
   */
  client_ids?: (number | null)[];
  /**
   * Only billable time, or only time that is not.
   */
  billable?: boolean;
  /**
   * One row for each day, week, month or quarter.
   */
  resolution?: "day" | "week" | "month";
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
}
/**
 * What to ask Toggl for: trends/projects.
 */
export interface TrendsProjectsCsvRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date?: string;
  /**
   * Last day of the period.
   */
  end_date?: string;
  /**
   * First day of the period to compare with.
   */
  previous_period_start?: string;
  /**
   * Only these projects.
   */
  project_ids?: number[];
  /**
   * Only billable time, or only time that is not.
   */
  billable?: boolean;
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
  /**
   * true puts an apostrophe before cells that a spreadsheet would run as a formula.
   */
  spreadsheet_safe?: boolean;
}
/**
 * What to ask Toggl for: trends/projects.
 */
export interface TrendsProjectsXlsxRequest {
  /**
   * First day of the period, in each user's own time zone.
   */
  start_date?: string;
  /**
   * Last day of the period.
   */
  end_date?: string;
  /**
   * First day of the period to compare with.
   */
  previous_period_start?: string;
  /**
   * Only these projects.
   */
  project_ids?: number[];
  /**
   * Only billable time, or only time that is not.
   */
  billable?: boolean;
  /**
   * -1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.
   */
  rounding?: -1 | 0 | 1;
  /**
   * Minutes to round to; 0 does not round.
   */
  rounding_minutes?: 0 | 1 | 5 | 6 | 10 | 12 | 15 | 30 | 60 | 240;
}
export interface FieldError {
  field: string;
  /**
   * JSON pointer into the body; absent for path, query and headers.
   */
  pointer?: string;
  detail: string;
  [k: string]: unknown;
}
/**
 * An error (RFC 9457).
 */
export interface Problem {
  type: string;
  title: string;
  /**
   * Absent where API Gateway chose the status.
   */
  status?: number;
  /**
   * What is wrong and what to do.
   */
  detail: string;
  /**
   * Names this one occurrence; the log has it too.
   */
  instance: string;
  code:
    | "invalid_request"
    | "toggl_rejected"
    | "toggl_feature_required"
    | "workspace_not_configured"
    | "access_denied"
    | "route_not_found"
    | "export_not_found"
    | "schedule_not_found"
    | "response_too_large"
    | "idempotency_key_in_use"
    | "idempotency_key_reused"
    | "toggl_quota_exhausted"
    | "toggl_rate_limited"
    | "internal_error"
    | "record_damaged"
    | "toggl_credentials_rejected"
    | "toggl_invalid_file"
    | "toggl_file_too_large"
    | "toggl_gone"
    | "toggl_unexpected"
    | "toggl_unavailable"
    | "token_not_set"
    | "token_unavailable"
    | "storage_unavailable"
    | "queue_unavailable"
    | "scratch_disk_full"
    | "toggl_timeout"
    | "not_signed_or_no_such_route"
    | "invalid_token"
    | "invalid_signature"
    | "expired_credentials"
    | "too_many_requests"
    | "gateway_timeout"
    | "function_failed"
    | "gateway_refused"
    | "gateway_failed";
  /**
   * Whether the same request can succeed later, without anybody changing anything.
   */
  retryable: boolean;
  /**
   * One entry for each field that does not fit.
   */
  errors?: FieldError[];
  [k: string]: unknown;
}
export interface ExportFile {
  bucket: string;
  key: string;
  bytes: number;
  /**
   * Records below the header; CSV only.
   */
  rows?: number;
  /**
   * Names in the header; CSV only.
   */
  columns?: string[];
  sha256: string;
  /**
   * Of Toggl's own bytes, where the file was made safe for spreadsheets.
   */
  source_sha256?: string;
  content_type: string;
  [k: string]: unknown;
}
export interface TogglUsage {
  /**
   * Requests made, retries included.
   */
  requests: number;
  quota_remaining?: number;
  /**
   * ISO 8601, in UTC.
   */
  quota_resets_at?: string;
  [k: string]: unknown;
}
/**
 * An export as its record holds it.
 */
export interface Export {
  /**
   * A ULID: ids sort by time.
   */
  id: string;
  status: "queued" | "running" | "deferred" | "succeeded" | "failed";
  workspace_id: number;
  report: "profitability/employees" | "profitability/projects" | "trends/projects";
  format: "csv" | "xlsx";
  /**
   * Exactly what goes to Toggl.
   */
  parameters: {
    start_date?: string;
    end_date?: string;
    [k: string]: unknown;
  };
  spreadsheet_safe?: true;
  requested_by: "http" | "schedule";
  schedule?: string;
  /**
   * The moment that the schedule's run was due at.
   */
  occurrence?: string;
  /**
   * ISO 8601, in UTC.
   */
  created_at: string;
  /**
   * ISO 8601, in UTC.
   */
  completed_at?: string;
  file?: ExportFile;
  /**
   * Something odd about the file that is no proof of damage.
   */
  warnings?: {
    code:
      | "ragged_records"
      | "blank_lines"
      | "stray_quotes"
      | "carriage_returns"
      | "nul_bytes"
      | "one_column"
      | "no_table"
      | "header_cut"
      | "parts_unchecked"
      | "not_compared"
      | "rows_fell";
    detail: string;
    [k: string]: unknown;
  }[];
  toggl?: TogglUsage;
  /**
   * How often it was tried; waiting for Toggl or its token does not count.
   */
  attempts?: number;
  /**
   * How often it waited for Toggl's quota or pace, or for a token; after 24 times it fails.
   */
  waits?: number;
  /**
   * When a deferred export is tried again.
   */
  resumes_at?: string;
  problem?: Problem;
  /**
   * The earlier export of the same days that this one differs from.
   */
  restates?: string;
  /**
   * How its rows differ.
   */
  restatement?: {
    added: number;
    removed: number;
    changed: number;
    [k: string]: unknown;
  };
  /**
   * The same content was there before: `file` is that earlier file.
   */
  unchanged?: true;
  /**
   * When the event about the outcome went out.
   */
  event_sent_at?: string;
  /**
   * When that event could not be sent; it is sent as soon as that works, and then this goes.
   */
  event_failed_at?: string;
  [k: string]: unknown;
}
/**
 * An export, with a fresh link to its file.
 */
export interface ExportWithLink {
  /**
   * A ULID: ids sort by time.
   */
  id: string;
  status: "queued" | "running" | "deferred" | "succeeded" | "failed";
  workspace_id: number;
  report: "profitability/employees" | "profitability/projects" | "trends/projects";
  format: "csv" | "xlsx";
  /**
   * Exactly what goes to Toggl.
   */
  parameters: {
    start_date?: string;
    end_date?: string;
    [k: string]: unknown;
  };
  spreadsheet_safe?: true;
  requested_by: "http" | "schedule";
  schedule?: string;
  /**
   * The moment that the schedule's run was due at.
   */
  occurrence?: string;
  /**
   * ISO 8601, in UTC.
   */
  created_at: string;
  /**
   * ISO 8601, in UTC.
   */
  completed_at?: string;
  file?: ExportFile;
  /**
   * Something odd about the file that is no proof of damage.
   */
  warnings?: {
    code:
      | "ragged_records"
      | "blank_lines"
      | "stray_quotes"
      | "carriage_returns"
      | "nul_bytes"
      | "one_column"
      | "no_table"
      | "header_cut"
      | "parts_unchecked"
      | "not_compared"
      | "rows_fell";
    detail: string;
    [k: string]: unknown;
  }[];
  toggl?: TogglUsage;
  /**
   * How often it was tried; waiting for Toggl or its token does not count.
   */
  attempts?: number;
  /**
   * How often it waited for Toggl's quota or pace, or for a token; after 24 times it fails.
   */
  waits?: number;
  /**
   * When a deferred export is tried again.
   */
  resumes_at?: string;
  problem?: Problem;
  /**
   * The earlier export of the same days that this one differs from.
   */
  restates?: string;
  /**
   * How its rows differ.
   */
  restatement?: {
    added: number;
    removed: number;
    changed: number;
    [k: string]: unknown;
  };
  /**
   * The same content was there before: `file` is that earlier file.
   */
  unchanged?: true;
  /**
   * When the event about the outcome went out.
   */
  event_sent_at?: string;
  /**
   * When that event could not be sent; it is sent as soon as that works, and then this goes.
   */
  event_failed_at?: string;
  download_url?: string;
  /**
   * ISO 8601, in UTC.
   */
  download_url_expires_at?: string;
  [k: string]: unknown;
}
export interface ExportList {
  exports: Export[];
  /**
   * Ids of exports that belong on this page but cannot be read; each one's own address says why.
   */
  unreadable?: string[];
  /**
   * Absent on the last page.
   */
  next_cursor?: string;
  [k: string]: unknown;
}
export interface Schedule {
  name: string;
  workspace_id: number;
  report: "profitability/employees" | "profitability/projects" | "trends/projects";
  formats: ("csv" | "xlsx")[];
  cron?: string;
  rate?: string;
  time_zone: string;
  /**
   * false while it is paused.
   */
  enabled: boolean;
  period: string;
  week_start: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
  settle_days: number;
  previous_period: "none" | "equal-length" | "same-last-year";
  refresh_previous: number;
  spreadsheet_safe?: boolean;
  /**
   * Exactly what goes to Toggl.
   */
  parameters: {
    start_date?: string;
    end_date?: string;
    [k: string]: unknown;
  };
  /**
   * ISO 8601, in UTC.
   */
  next_run_at?: string;
  last_export?: Export;
  [k: string]: unknown;
}
export interface ScheduleList {
  schedules: Schedule[];
  [k: string]: unknown;
}
export interface RunRequest {
  /**
   * The moment that the run is to be for; now if left out.
   */
  occurrence?: string;
  /**
   * false leaves out the periods before.
   */
  refresh?: boolean;
  [k: string]: unknown;
}
export interface Run {
  schedule: string;
  /**
   * ISO 8601, in UTC.
   */
  occurrence: string;
  refresh?: false;
  exports: Export[];
  [k: string]: unknown;
}
/**
 * Names by id, as far as Toggl told them; empty where the token may not read them.
 */
export interface Names {
  projects: {
    [k: string]: string;
  };
  users: {
    [k: string]: string;
  };
  /**
   * ISO 8601, in UTC.
   */
  updated_at?: string;
  [k: string]: unknown;
}
/**
 * One project's time, as Toggl sends it.
 */
export interface Trend {
  project_id: number;
  user_ids?: number[] | null;
  start?: string;
  end?: string | null;
  previousStart?: string | null;
  /**
   * One figure a day.
   */
  current_period_seconds?: number[] | null;
  /**
   * One figure a day; need not be as long as the current period's.
   */
  previous_period_seconds?: number[] | null;
  [k: string]: unknown;
}
