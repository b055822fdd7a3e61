import { daysBetween } from "./timesheet.ts";

/** How many days a report may span at each resolution; the rule is Toggl's, the number is made up. */
export const maxSpanDays = { day: 366, week: 1100, month: 1830, quarter: 3660 };

/** Groups of days by the resolution; without one, all days in a group of their own name. */
export function periodsOf(start: string, end: string, resolution?: string): { name: string; days: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const day of daysBetween(start, end)) {
    const name = nameOf(day, resolution) ?? `${start} – ${end}`;
    const group = groups.get(name);
    if (group) group.push(day);
    else groups.set(name, [day]);
  }
  return [...groups].map(([name, days]) => ({ name, days }));
}

function nameOf(day: string, resolution?: string): string | undefined {
  if (resolution === "day") return day;
  if (resolution === "month") return day.slice(0, 7);
  if (resolution === "quarter") return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
  if (resolution !== "week") return undefined;
  const monday = new Date(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * 86_400_000);
  return monday.toISOString().slice(0, 10);
}
