import type { Company, Project } from "./company.ts";
import type { Revised, Source } from "./reports.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Table } from "./table.ts";
import { type Endpoint, endpoints, isDate } from "./validation.ts";

/** What a revision is about; what is left out is not looked at. */
interface Scope {
  readonly workspace?: number;
  readonly report?: Endpoint;
}

/** Other hours for past days, as late entries bring; money follows. */
interface RevisedFigures extends Scope {
  /** Its id or its name. */
  readonly project?: number | string;
  /** YYYY-MM-DD, both included. */
  readonly from_date?: string;
  readonly to_date?: string;
  /** What the hours of each entry are multiplied by. */
  readonly factor?: number;
  /** What each entry of a person on a day has in place of its hours. */
  readonly hours?: number;
}

/** Another column in reports as CSV and as a workbook; trends as JSON have none. */
interface RevisedColumns extends Scope {
  readonly add_column?: string;
  readonly at?: "front" | "end";
  readonly rename_column?: string;
  readonly to?: string;
  readonly remove_column?: string;
}

type Revision = RevisedFigures & RevisedColumns;

/** Has a number to be taken back by. */
type KeptRevision = Revision & { readonly id: number };

export interface Revisions {
  /** All that hold, in the order in which they came, which is the one in which they are applied. */
  readonly all: readonly KeptRevision[];
  add(revision: Revision): KeptRevision;
  /** @returns false if there is none of this number */
  takeBack(id: number): boolean;
  takeBackAll(): void;
  /** The source of one report's figures as they are revised. */
  applyTo(source: Source, workspace: number, report: Endpoint): Source;
}

export function revisions(): Revisions {
  const all: KeptRevision[] = [];
  let last = 0;
  return {
    all,
    add(revision) {
      const kept = { id: ++last, ...revision };
      all.push(kept);
      return kept;
    },
    takeBack(id) {
      const at = all.findIndex((one) => one.id === id);
      if (at >= 0) all.splice(at, 1);
      return at >= 0;
    },
    takeBackAll: () => void all.splice(0),
    applyTo(source, workspace, report) {
      const applied = all.filter(
        (one) => (one.workspace ?? workspace) === workspace && (one.report ?? report) === report,
      );
      return applied.length === 0 ? source : { ...source, revised: revisedBy(applied, source.seed) };
    },
  };
}

function revisedBy(applied: readonly Revision[], seed: string): Revised {
  return {
    seconds: (project, day, seconds) =>
      applied.reduce((before, one) => (concerns(one, project, day) ? revisedSeconds(one, before) : before), seconds),
    table: (table) => applied.reduce((before, one) => revisedTable(one, before, seed), table),
  };
}

function concerns({ project = "", from_date = "", to_date = "9999" }: Revision, { id, name }: Project, day: string) {
  return (project === "" || project === id || project === name) && from_date <= day && day <= to_date;
}

function revisedSeconds({ factor = 1, hours }: Revision, seconds: number): number {
  return hours === undefined ? Math.round(seconds * factor) : Math.round(hours * 3600);
}

function revisedTable(revision: Revision, table: Table, seed: string): Table {
  const { add_column: added, at = "end", rename_column: renamed, to = "", remove_column: removed } = revision;
  const { header, rows } = table;
  if (added !== undefined) {
    const put = <T>(row: readonly T[], cell: T) => (at === "front" ? [cell, ...row] : [...row, cell]);
    // A row's name and period stay, so its figure does, too, whatever else is revised.
    const figure = ([name = "", period = ""]: Table["rows"][number]) =>
      Math.round(seededRandom(seed, added, name, period) * 10_000) / 100;
    return { header: put(header, added), rows: rows.map((row) => put(row, figure(row))) };
  }
  if (renamed !== undefined) return { header: header.map((name) => (name === renamed ? to : name)), rows };
  if (removed === undefined || !header.includes(removed)) return table;
  const without = <T>(row: readonly T[]) => row.filter((_, at) => at !== header.indexOf(removed));
  return { header: without(header), rows: rows.map(without) };
}

/** What says what a revision does; each with what may stand beside it. */
const beside = {
  factor: ["project", "from_date", "to_date"],
  hours: ["project", "from_date", "to_date"],
  add_column: ["at"],
  rename_column: ["to"],
  remove_column: [],
} as const;

const kinds = Object.keys(beside) as (keyof typeof beside)[];

/** A revision as somebody sends it, or a sentence that says what is wrong with it. */
export function revisionOf(
  body: Readonly<Record<string, unknown>>,
  { projects }: Company,
  workspaces: readonly number[] | undefined,
): Revision | string {
  const [kind, ...others] = kinds.filter((name) => name in body);
  if (kind === undefined || others.length > 0) return `Give one of ${kinds.join(", ")}`;
  const known: readonly string[] = ["workspace", "report", kind, ...beside[kind]];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) return `${unknown} does not go with ${kind}: beside it there may be ${known.join(", ")}`;
  if (kind === "rename_column" && body.to === undefined) return "to must be the column's new name";
  const fits: Record<string, [isFit: (value: unknown) => boolean, mustBe: string]> = {
    workspace: [(value) => workspaces?.includes(Number(value)) ?? isPositive(value), "a workspace's id"],
    report: [(value) => endpoints.includes(value as Endpoint), `one of ${endpoints.join(", ")}`],
    project: [
      (value) => projects.some(({ id, name }) => value === id || value === name),
      `the id or the name of a project, such as ${projects[0]?.id} or ${JSON.stringify(projects[0]?.name)}`,
    ],
    from_date: [isDate, "a day such as 2026-10-01"],
    to_date: [isDate, "a day such as 2026-10-31"],
    factor: [isFigure, "a number from 0 to 1000"],
    hours: [(value) => isFigure(value) && value <= 24, "a number from 0 to 24"],
    at: [(value) => value === "front" || value === "end", "front or end"],
  };
  for (const [name, value] of Object.entries(body)) {
    const [isFit, mustBe] = fits[name] ?? [isColumn, "a column's name, a text"];
    if (!isFit(value)) return `${name} must be ${mustBe}`;
  }
  return body as Revision;
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isFigure(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1000;
}

function isColumn(value: unknown): boolean {
  return typeof value === "string" && value.length <= 200;
}
