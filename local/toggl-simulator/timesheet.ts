import type { Company, Person, Project } from "./company.ts";
import { seededRandom } from "./seeded-random.ts";

const dayMs = 86_400_000;

/** Days from the first to the last, both included, as YYYY-MM-DD. */
export function daysBetween(start: string, end: string): string[] {
  const count = (Date.parse(end) - Date.parse(start)) / dayMs + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(start, index));
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** What the made-up hours come from, and what has become of them since. */
interface Timesheet {
  readonly seed: string;
  readonly company: Company;
  readonly revised?: { seconds(project: Project, day: string, seconds: number): number };
}

/** Seconds that a person worked on a project on a day: workdays only, and not on every project every day. */
export function secondsWorked({ seed, revised }: Timesheet, person: Person, project: Project, day: string): number {
  const weekday = new Date(day).getUTCDay();
  if (weekday === 0 || weekday === 6 || day < project.created) return 0;
  const luck = seededRandom(seed, person.id, project.id, day);
  const seconds = luck < 0.45 ? Math.round(luck * 16) * 900 : 0;
  return seconds > 0 && revised ? revised.seconds(project, day, seconds) : seconds;
}

/** Seconds that all people worked on a project, day by day. */
export function projectSeconds(timesheet: Timesheet, project: Project, days: readonly string[]): number[] {
  const team = timesheet.company.people.filter((person) => person.projectIds.includes(project.id));
  return days.map((day) => team.reduce((sum, person) => sum + secondsWorked(timesheet, person, project, day), 0));
}
