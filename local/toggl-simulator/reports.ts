import type { Company, Project } from "./company.ts";
import { periodsOf } from "./periods.ts";
import type { Table } from "./table.ts";
import { addDays, daysBetween, projectSeconds, secondsWorked } from "./timesheet.ts";

/** What a report is asked for; checked before. */
export interface ReportParameters {
  readonly start_date?: string;
  readonly end_date?: string;
  readonly previous_period_start?: string;
  readonly project_ids?: readonly number[];
  readonly client_ids?: readonly (number | null)[];
  readonly user_ids?: readonly number[];
  readonly group_ids?: readonly number[];
  readonly billable?: boolean;
  readonly currency?: string;
  readonly resolution?: string;
  readonly rounding?: number;
  readonly rounding_minutes?: number;
}

/** The company whose figures are reported, and how to make them up. */
export interface Source {
  readonly seed: string;
  readonly company: Company;
  /** The day it is, as YYYY-MM-DD: a period without an end ends here. */
  readonly today: string;
  /** What has changed since at Toggl, in the past, too. */
  readonly revised?: Revised;
}

/** How figures and columns differ from the made-up ones. */
export interface Revised {
  /** Of an entry that a person has on a day. */
  seconds(project: Project, day: string, seconds: number): number;
  table(table: Table): Table;
}

/** Made up, one for all: enough to see that the currency was heard. */
const perDollar: Record<string, number> = { USD: 1, EUR: 0.9, GBP: 0.8, CHF: 0.88 };

export function employeeProfitability(source: Source, parameters: ReportParameters): Table {
  const { company, today } = source;
  const { start_date = addDays(today, -30), end_date = today, currency = "usd", resolution } = parameters;
  const money = inCurrency(currency);
  const people = company.people.filter(
    ({ id, groupId }) => isChosen(id, parameters.user_ids) && isChosen(groupId, parameters.group_ids),
  );
  const periods = periodsOf(start_date, end_date, resolution);
  const rows = people.flatMap((person) =>
    periods.map(({ name, days }) => {
      const projects = company.projects.filter(({ id }) => person.projectIds.includes(id));
      let [hours, billableHours, revenue] = [0, 0, 0];
      for (const project of projects) {
        const worked = days.reduce((sum, day) => sum + secondsWorked(source, person, project, day), 0);
        const rounded = roundedHours(worked, parameters);
        hours += rounded;
        if (!project.billable) continue;
        billableHours += rounded;
        revenue += rounded * project.rate;
      }
      const cost = hours * person.labourCost;
      return [
        person.name,
        name,
        twoDigits(hours),
        twoDigits(billableHours),
        money(revenue),
        money(cost),
        money(revenue - cost),
      ];
    }),
  );
  const unit = currency.toUpperCase();
  return {
    header: [
      "Employee",
      "Period",
      "Hours",
      "Billable Hours",
      `Revenue (${unit})`,
      `Labor Cost (${unit})`,
      `Profit (${unit})`,
    ],
    rows,
  };
}

export function projectProfitability(source: Source, parameters: ReportParameters): Table {
  const { company, today } = source;
  const { start_date = "2026-01-01", end_date = today, currency = "usd", resolution } = parameters;
  const money = inCurrency(currency);
  const clients = new Map(company.clients.map(({ id, name }) => [id, name]));
  const periods = periodsOf(start_date, end_date, resolution);
  const rows = chosenProjects(company, parameters).flatMap((project) =>
    periods.map(({ name, days }) => {
      const hours = roundedHours(sum(projectSeconds(source, project, days)), parameters);
      const revenue = project.billable ? hours * project.rate : 0;
      const cost = hours * 45;
      const client = clients.get(project.clientId ?? 0) ?? "";
      return [project.name, client, name, twoDigits(hours), money(revenue), money(cost), money(revenue - cost)];
    }),
  );
  const unit = currency.toUpperCase();
  return {
    header: ["Project", "Client", "Period", "Hours", `Revenue (${unit})`, `Labor Cost (${unit})`, `Profit (${unit})`],
    rows,
  };
}

/** The period and the one before that it is compared with, both as days. */
function comparedDays({ today }: Source, parameters: ReportParameters): { current: string[]; previous: string[] } {
  const { end_date: end = today, start_date: start = addDays(end, -6) } = parameters;
  const current = daysBetween(start, end);
  const previousStart = parameters.previous_period_start ?? addDays(start, -current.length);
  return { current, previous: daysBetween(previousStart, addDays(previousStart, current.length - 1)) };
}

/** Project data trends. The two lists need not be equally long: days without an entry at the end are left out. */
export function dataTrends(source: Source, parameters: ReportParameters) {
  const { company } = source;
  const { current, previous } = comparedDays(source, parameters);
  return chosenProjects(company, parameters).map((project) => ({
    project_id: project.id,
    user_ids: company.people.filter(({ projectIds }) => projectIds.includes(project.id)).map(({ id }) => id),
    start: current[0],
    end: current.at(-1),
    previousStart: previous[0],
    current_period_seconds: projectSeconds(source, project, current),
    previous_period_seconds: withoutTail(projectSeconds(source, project, previous)),
  }));
}

export function projectTrends(source: Source, parameters: ReportParameters): Table {
  const { company } = source;
  const { current, previous } = comparedDays(source, parameters);
  const rows = chosenProjects(company, parameters).map((project) => {
    const hours = roundedHours(sum(projectSeconds(source, project, current)), parameters);
    const before = roundedHours(sum(projectSeconds(source, project, previous)), parameters);
    const variation = before === 0 ? "" : `${Math.round((100 * (hours - before)) / before)}%`;
    const contributors = company.people.filter(({ projectIds }) => projectIds.includes(project.id)).length;
    const status = project.active ? "Active" : "Archived";
    const daily = twoDigits(hours / Math.max(1, current.length));
    return [project.name, status, project.created, contributors, twoDigits(hours), variation, daily, variation];
  });
  return {
    header: [
      "Project Name",
      "Status",
      "Created",
      "Contributors",
      "Total (hours)",
      "Total Variation",
      "Daily Average (hours)",
      "Daily Average Variation",
    ],
    rows,
  };
}

function chosenProjects({ projects }: Company, { project_ids, client_ids, billable }: ReportParameters): Project[] {
  return projects.filter(
    (project) =>
      isChosen(project.id, project_ids) &&
      isChosen(project.clientId, client_ids) &&
      (billable === undefined || project.billable === billable),
  );
}

function isChosen<T>(value: T, chosen: readonly T[] | undefined): boolean {
  return chosen === undefined || chosen.length === 0 || chosen.includes(value);
}

function roundedHours(seconds: number, { rounding, rounding_minutes: minutes = 0 }: ReportParameters): number {
  if (rounding === undefined || minutes === 0) return seconds / 3600;
  const round = rounding < 0 ? Math.floor : rounding > 0 ? Math.ceil : Math.round;
  return (round(seconds / 60 / minutes) * minutes) / 60;
}

function inCurrency(currency: string): (dollars: number) => number {
  const rate = perDollar[currency.toUpperCase()] ?? 1.5;
  return (dollars) => twoDigits(dollars * rate);
}

function twoDigits(value: number): number {
  return Math.round(value * 100) / 100;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function withoutTail(values: readonly number[]): number[] {
  return values.slice(0, values.findLastIndex((value) => value > 0) + 1);
}
