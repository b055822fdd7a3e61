import { tzOffset } from "@date-fns/tz/tzOffset";

/*
 * Which local times there are. A clock that is put forward skips some, one that is put back shows some twice, and a
 * calendar may leave out a day (Apia, 2011-12-30). A local time is held as the moment at which a clock in UTC shows it,
 * in milliseconds since 1970.
 */

const dayMs = 86_400_000;
const minuteMs = 60_000;

/**
 * What the clock in a zone shows.
 * @param time milliseconds since 1970
 * @param zone an IANA name
 */
export function localTime(time: number, zone: string): number {
  return time + offsetMs(time, zone);
}

/** The first moment at which the clock in a zone shows a local time; undefined if it skips it. */
export function firstMoment(local: number, zone: string): number | undefined {
  return momentsAround(local, zone).find((moment) => localTime(moment, zone) === local);
}

/** The first moment at which the clock in a zone shows a local time or a later one. */
export function firstMomentFrom(local: number, zone: string): number {
  const shown = firstMoment(local, zone);
  if (shown !== undefined) return shown;
  let [before, after] = momentsAround(local, zone);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localTime(middle, zone) < local) before = middle;
    else after = middle;
  }
  return after;
}

/** Whether the calendar in a zone has a day: its midnight as a local time. */
export function hasDay(midnight: number, zone: string): boolean {
  return localTime(firstMomentFrom(midnight, zone), zone) < midnight + dayMs;
}

/** The moments that are meant by the clock as it hangs the day before and the day after, the earlier one first. */
function momentsAround(local: number, zone: string): [earlier: number, later: number] {
  const [one, other] = [-dayMs, dayMs].map((span) => local - offsetMs(local + span, zone));
  return [Math.min(one ?? 0, other ?? 0), Math.max(one ?? 0, other ?? 0)];
}

function offsetMs(time: number, zone: string): number {
  return Math.round(tzOffset(zone, new Date(time)) * minuteMs);
}
