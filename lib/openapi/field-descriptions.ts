/** What each field of a request's body means. What it may hold follows from the types that check it. */
export const fieldDescriptions: Readonly<Record<string, string>> = {
  start_date: "First day of the period, in each user's own time zone.",
  end_date: "Last day of the period.",
  previous_period_start: "First day of the period to compare with.",
  project_ids: "Only these projects.",
  client_ids: "Only projects of these clients; null means projects without a client.",
  user_ids: "Only these people.",
  group_ids: "Only people of these groups.",
  billable: "Only billable time, or only time that is not.",
  currency: "ISO 4217 code of the currency, such as usd.",
  resolution: "One row for each day, week, month or quarter.",
  rounding: "-1 down, 1 up, 0 as Toggl has it. Left out: as the token's owner has set it.",
  rounding_minutes: "Minutes to round to; 0 does not round.",
  spreadsheet_safe: "true puts an apostrophe before cells that a spreadsheet would run as a formula.",
};
