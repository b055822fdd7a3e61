import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { type ProjectTrend, sumOfTrends, type Trend, type TrendSummary } from "../../../client/trend-summary.ts";
import { Choice } from "../choice.tsx";
import { shortNames } from "../short-names.ts";
import { SortHead } from "../tables/sort-head.tsx";
import { useDraft } from "../use-draft.ts";
import type { ViewProps } from "../view-address.ts";
import { count } from "../wording.ts";
import { Sparkline } from "./sparkline.tsx";
import {
  type ColumnName,
  columns,
  firstSort,
  foundProjects,
  nextSort,
  type SortName,
  sortedProjects,
  sortLabels,
  sortOf,
} from "./table-columns.ts";
import { TrendFigure } from "./trend-figure.tsx";
import type { ShownTrends } from "./use-trends.ts";

/** So many rows are shown before somebody asks for all. */
const fewRows = 20;
/** Letters of a project's name in its row. */
const maxLetters = 32;
const columnNames = Object.keys(columns) as ColumnName[];

type ProjectTableProps = Pick<ViewProps, "settings" | "change"> & {
  /** Undefined while they are asked for; the table keeps its place. */
  readonly shown: ShownTrends | undefined;
};

/** Every project with its figures: sorted, searched, and a row opens its chart. */
export function ProjectTable({ settings, change, shown }: ProjectTableProps) {
  const search = useDraft(settings.find ?? "", (find) => change({ find }, true));
  const sort = sortOf(settings);
  const { by, isDescending } = sort;
  const summary = shown?.summary;
  const all = summary?.projects ?? [];
  const found = useMemo(() => foundProjects(all, search.draft), [all, search.draft]);
  const sorted = useMemo(() => sortedProjects(found, { by, isDescending }), [found, by, isDescending]);
  const short = useMemo(() => shortNames(all, maxLetters), [all]);
  const areAll = settings.rows === "all";
  const rows = areAll ? sorted : firstRows(sorted, settings.project);
  const latest = useRef({ settings, change });
  latest.current = { settings, change };
  // One and the same row each time: what has not changed need not be looked at again when rows are sorted
  const rowOf = useMemo(() => {
    const toggle = (id: number) => {
      const { settings: now, change: changeNow } = latest.current;
      changeNow({ project: String(id) === now.project ? "" : String(id) }, true);
    };
    const made = new Map<string, VNode>();
    return (project: ProjectTrend, isOpen = false): VNode => {
      const key = `${project.id} ${isOpen}`;
      const row = made.get(key) ?? (
        <ProjectRow key={project.id} project={project} name={short.get(project.id)} isOpen={isOpen} onToggle={toggle} />
      );
      made.set(key, row);
      return row;
    };
  }, [all, short]);
  const openRow = (project: ProjectTrend) => [
    rowOf(project, true),
    <tr key={`${project.id} chart`} class="chart-row">
      <td colSpan={columnNames.length + 3}>
        {shown && <TrendFigure title={project.name} headingLevel={3} trend={project} shown={shown} />}
      </td>
    </tr>,
  ];
  const order = isDescending ? "descending" : "ascending";
  const sortHead = (name: SortName) => (
    <SortHead
      key={name}
      label={sortLabels[name]}
      order={by === name ? order : undefined}
      onSort={() => change({ sort: nextSort(sort, name) }, true)}
    />
  );
  return (
    <section class="panel projects">
      <div class="section-head">
        <h2>Projects</h2>
        <form class="controls" aria-label="Table of the projects" onSubmit={(event) => event.preventDefault()}>
          <label>
            <span>Find a project</span>
            <input
              type="search"
              value={search.draft}
              onInput={({ currentTarget }) => search.type(currentTarget.value)}
              onBlur={search.settle}
            />
          </label>
          <Choice
            class="sort-choice"
            label="Sorted by"
            value={by}
            choices={sortLabels}
            onChoose={(name, typed) => change({ sort: firstSort(name as SortName) }, typed)}
          />
          <button type="button" class="sort-choice" onClick={() => change({ sort: nextSort(sort, by) }, true)}>
            {isDescending ? "Downwards" : "Upwards"}
          </button>
        </form>
      </div>
      <table class="trend-table">
        <caption class="visually-hidden">
          Hours of each project in both periods. A project's name opens its chart.
        </caption>
        <thead>
          <tr>
            {sortHead("name")}
            <th scope="col" class="trend-column">
              Trend
            </th>
            {[...columnNames, "people" as const].map(sortHead)}
          </tr>
        </thead>
        <tbody>
          {!summary && <WaitingRows />}
          {shown &&
            rows.flatMap((project) => (String(project.id) === settings.project ? openRow(project) : [rowOf(project)]))}
        </tbody>
        {summary && (
          <tfoot>
            <tr>
              <th scope="row">{found.length === all.length ? "All projects" : count(found.length, "project")}</th>
              <td class="trend-column" />
              <Figures trend={found.length === all.length ? summary.overall : totalOf(found, summary)} />
            </tr>
          </tfoot>
        )}
      </table>
      {found.length === 0 && all.length > 0 && <p class="empty">No project has “{search.draft}” in its name.</p>}
      {sorted.length > fewRows && (
        <p class="actions">
          <button type="button" onClick={() => change({ rows: areAll ? "" : "all" }, true)}>
            {areAll ? `Show ${fewRows} projects` : `Show all ${count(sorted.length, "project")}`}
          </button>
        </p>
      )}
    </section>
  );
}

interface ProjectRowProps {
  readonly project: ProjectTrend;
  readonly name: string | undefined;
  readonly isOpen: boolean;
  readonly onToggle: (id: number) => void;
}

function ProjectRow({ project, name, isOpen, onToggle }: ProjectRowProps) {
  return (
    <tr class={isOpen ? "open" : undefined}>
      <th scope="row">
        <button
          type="button"
          class="row-button"
          title={project.name}
          aria-expanded={isOpen}
          onClick={() => onToggle(project.id)}
        >
          {name}
        </button>
      </th>
      <td class="trend-column">
        <Sparkline trend={project} />
      </td>
      <Figures trend={project} people={project.people} />
    </tr>
  );
}

/** The first rows, and the one whose chart is open wherever it stands. */
function firstRows(projects: readonly ProjectTrend[], open: string | undefined): readonly ProjectTrend[] {
  return projects.filter(({ id }, at) => at < fewRows || String(id) === open);
}

function totalOf(projects: readonly ProjectTrend[], { days, previousDays }: TrendSummary): Trend {
  return sumOfTrends(projects, days.length, previousDays.length);
}

function Figures({ trend, people }: { trend: Trend; people?: number }) {
  return (
    <>
      {columnNames.map((name) => {
        const { label, textOf, direction } = columns[name];
        return (
          <td key={name} class={direction?.(trend)} data-column={name} data-label={label}>
            {textOf(trend)}
          </td>
        );
      })}
      <td data-column="people" data-label={sortLabels.people}>
        {people}
      </td>
    </>
  );
}

/** Rows without anything in them, as high as those that come. */
function WaitingRows() {
  return (
    <>
      {Array.from({ length: fewRows }, (_, at) => (
        <tr key={at} class="waiting">
          <th scope="row">…</th>
          <td class="trend-column" />
          {[...columnNames, "people"].map((name) => (
            <td key={name} data-column={name} data-label=" ">
              {" "}
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}
