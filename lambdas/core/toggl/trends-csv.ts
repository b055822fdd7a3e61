import type { Warning } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import { isDay } from "../../../api/times.ts";

/** The columns of trends as CSV, in their order. */
export const trendsColumns = [
  "project_id",
  "project_name",
  "date",
  "seconds",
  "previous_date",
  "previous_seconds",
  "user_ids",
] as const;

/** How many columns of a comparable row name it: which project's it is, and which day's. */
export const trendsRowNames = 2;

/**
 * Puts such a file in the form in which two of them are compared: project and day in front, people in one order, and
 * without the project's name, which is no figure of Toggl's and can become known later.
 */
export function comparableRows(header: readonly string[]): ComparableRows {
  const columns = comparedColumns(header);
  return {
    header: columns.map(({ at }) => header[at] ?? ""),
    row: (cells) => columns.map(({ at, isList }) => (isList ? inOneOrder(cells[at] ?? "") : (cells[at] ?? ""))),
  };
}

interface ComparableRows {
  readonly header: readonly string[];
  row(cells: readonly string[]): readonly string[];
}

interface ComparedColumn {
  readonly at: number;
  /** Whether it holds ids in whatever order. */
  readonly isList: boolean;
}

function comparedColumns(header: readonly string[]): ComparedColumn[] {
  const named = ["project_id", "date"];
  const others = header.filter((name) => !named.includes(name) && name !== "project_name");
  return [...named, ...others].map((name) => ({ at: header.indexOf(name), isList: name === "user_ids" }));
}

const inOneOrder = (ids: string) => ids.split(" ").sort().join(" ");

interface TrendsCsvOptions {
  /** What Toggl was asked for: the days count, and where the period before begins. */
  readonly parameters: Parameters;
  /** Names of projects by id, as far as they are known. */
  readonly names: Readonly<Record<string, string>>;
}

interface TrendsCsv {
  /** The file in pieces, made as they are asked for; once. */
  pieces(): Generator<Buffer>;
  /** What of the answer is in no row; complete once all pieces were made. */
  warnings(): Warning[];
}

/** Rows are put together into pieces of about so many characters. */
const pieceLength = 64 * 1024;

/**
 * Trends as CSV (RFC 4180): a row for each project and day, projects as Toggl has them, days ascending. What Toggl says
 * nothing about is empty, never 0: a day behind the end of a list, a `null`, a whole list that is missing. A row that only
 * the period before has, as its list is the longer one, is without `date`.
 * @param entries those of Toggl's answer
 */
export function trendsCsv(entries: readonly unknown[], options: TrendsCsvOptions): TrendsCsv {
  const unread = { entries: 0, values: 0 };
  const context = {
    parameters: options.parameters,
    names: new Map(Object.entries(options.names)),
    day: days(),
    unread,
  };
  return {
    *pieces() {
      let piece = `${trendsColumns.join(",")}\r\n`;
      for (const entry of entries) {
        for (const row of rowsOf(entry, context)) {
          piece += row;
          if (piece.length < pieceLength) continue;
          yield Buffer.from(piece);
          piece = "";
        }
      }
      yield Buffer.from(piece);
    },
    warnings: () => warningsOf(unread),
  };
}

/** Counts what is not as Toggl documents it. */
interface Unread {
  entries: number;
  values: number;
}

interface RowContext extends Pick<TrendsCsvOptions, "parameters"> {
  readonly names: ReadonlyMap<string, string>;
  readonly day: DayAt;
  readonly unread: Unread;
}

function* rowsOf(entry: unknown, { parameters, names, day, unread }: RowContext) {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    unread.entries++;
    return;
  }
  const { project_id, start, previousStart, user_ids, ...lists }: Record<string, unknown> = { ...entry };
  const current = listOf(lists.current_period_seconds, unread);
  const previous = listOf(lists.previous_period_seconds, unread);
  const { start_date, end_date, previous_period_start } = parameters;
  const first = dayOf(start) ?? dayOf(start_date);
  const previousFirst = dayOf(previousStart) ?? dayOf(previous_period_start);
  const asked = daysWithin(first, { start_date, end_date });
  const dated = Math.max(asked, current.length);
  const previousDated = Math.max(asked, previous.length);

  const id = idOf(project_id, unread);
  const head = `${id},${quoted(names.get(id) ?? "")}`;
  const people = listOf(user_ids, unread).map((person) => idOf(person, unread));
  const tail = `${people.join(" ")}\r\n`;
  for (let at = 0; at < Math.max(dated, previous.length); at++) {
    const date = first !== undefined && at < dated ? day(first, at) : "";
    const previousDate = previousFirst !== undefined && at < previousDated ? day(previousFirst, at) : "";
    const [seconds, before] = [figureOf(current[at], unread), figureOf(previous[at], unread)];
    yield `${head},${date},${seconds},${previousDate},${before},${tail}`;
  }
}

function listOf(value: unknown, unread: Unread): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== undefined && value !== null) unread.values++;
  return [];
}

function figureOf(value: unknown, unread: Unread): string {
  if (Number.isFinite(value)) return String(value);
  if (value !== undefined && value !== null) unread.values++;
  return "";
}

/** Time without a project can come without an id. */
function idOf(value: unknown, unread: Unread): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (value !== undefined && value !== null) unread.values++;
  return "";
}

/** The day that a text begins with, which may go on with a time. */
function dayOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const day = value.slice(0, value.search(/[T ]|$/));
  return isDay(day) ? day : undefined;
}

const dayMs = 86_400_000;

/** How many days of the asked period there are from a day on; 0 or less if the day is none of it. */
function daysWithin(first: string | undefined, { start_date, end_date }: Parameters): number {
  const [start, end] = [dayOf(start_date), dayOf(end_date)];
  if (!first || !start || !end || first < start) return 0;
  return Math.round((Date.parse(end) - Date.parse(first)) / dayMs) + 1;
}

/** The day that is so many days after a first one, as YYYY-MM-DD; empty beyond the year 9999. */
type DayAt = (first: string, at: number) => string;

/** Each day is worked out once: all projects have the same. */
function days(): DayAt {
  const known = new Map<string, (string | undefined)[]>();
  return (first, at) => {
    const list = known.get(first) ?? [];
    known.set(first, list);
    while (list.length <= at) {
      const day = new Date(Date.parse(first) + list.length * dayMs).toISOString().slice(0, 10);
      list.push(isDay(day) ? day : undefined);
    }
    return list[at] ?? "";
  };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function warningsOf({ entries, values }: Unread): Warning[] {
  if (entries + values === 0) return [];
  const detail = `${entries} entries and ${values} values of Toggl's answer are not as it documents them and are left empty; the JSON has them`;
  return [{ code: "unread_values", detail }];
}
