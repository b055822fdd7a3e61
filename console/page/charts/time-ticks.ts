import { shortDay, shortMonth } from "../wording.ts";
import type { BarUnit } from "./chart-point.ts";

/** How much room a label on the axis takes, in pixels. */
const tickWidth = { day: 64, month: 44 };

/** In so many steps months are left out, so that January keeps its label. */
const monthSteps = [1, 2, 3, 6, 12];

/**
 * What the axis of a time chart says, by the day that a bar begins on: days, or months where bars are of months. The
 * year stands below the first label, and below the first one of each other year.
 * @param days that the bars begin on, as YYYY-MM-DD
 * @param width of the axis in pixels
 */
export function timeTicks(days: readonly string[], width: number, unit: BarUnit): Map<string, string> {
  const isMonths = unit === "month";
  const room = Math.max(1, Math.floor(width / (isMonths ? tickWidth.month : tickWidth.day)));
  const chosen = isMonths ? someMonths(days, room) : days.filter((_, at) => at % Math.ceil(days.length / room) === 0);
  const text = isMonths ? shortMonth : shortDay;
  return new Map(
    chosen.map((day, at) => {
      const year = day.slice(0, 4);
      return [day, chosen[at - 1]?.slice(0, 4) === year ? text(day) : `${text(day)}\n${year}`];
    }),
  );
}

function someMonths(days: readonly string[], room: number): string[] {
  const step = monthSteps.find((size) => days.length / size <= room) ?? 12;
  const every = days.filter((day) => (Number(day.slice(5, 7)) - 1) % step === 0);
  return every.length > 0 ? every : days.slice(0, 1);
}
