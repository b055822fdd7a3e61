import { seededRandom } from "../../local/toggl-simulator/seeded-random.ts";

interface BigWorkspace {
  /** How many there are; their ids begin with 1001. */
  readonly projects: number;
  /** Whether there is only more than before. */
  readonly rises?: boolean;
}

const subjects = ["Website relaunch", "Mobile app", "Data platform", "Brand workshop", "Support"];
const clients = ["Nordwind Logistics Holding", "Nordwind Logistics Services", "Brinkmann & Partners Consulting"];

/** A name of about sixty letters; several differ at their end alone. */
export function longName(id: number): string {
  const [at, client, subject] = [id - 1001, clients[id % clients.length], subjects[id % subjects.length]];
  return `${client} – ${subject}, phase ${at + 1} of the framework 2026`;
}

/** An API with the trends of many projects whose names are long; the same for everybody. */
export function bigWorkspace({ projects, rises = false }: BigWorkspace, path: string, init: { body?: unknown } = {}) {
  const ids = Array.from({ length: projects }, (_, at) => 1001 + at);
  if (path.endsWith("/names")) {
    return Response.json({
      projects: Object.fromEntries(ids.map((id) => [id, longName(id)])),
      users: {},
      clients: Object.fromEntries(clients.map((name, at) => [501 + at, name])),
      project_clients: Object.fromEntries(ids.map((id) => [id, id === 1006 ? null : 501 + (id % clients.length)])),
    });
  }
  if (!path.endsWith("/data_trends/projects")) return Response.json({ exports: [], schedules: [] });
  const body = JSON.parse(String(init.body)) as Record<"start_date" | "end_date" | "previous_period_start", string>;
  const length = Math.round((Date.parse(body.end_date) - Date.parse(body.start_date)) / 86_400_000) + 1;
  return Response.json(
    ids.map((project_id) => ({
      project_id,
      user_ids: Array.from({ length: 1 + (project_id % 7) }, (_, at) => 9001 + at),
      current_period_seconds: secondsOf(project_id, body.start_date, length),
      previous_period_seconds: rises
        ? secondsOf(project_id, body.start_date, length).map((seconds) => seconds * 0.6)
        : secondsOf(project_id, body.previous_period_start, length),
    })),
  );
}

function secondsOf(id: number, first: string, length: number): number[] {
  const month = Number(first.slice(5, 7));
  return Array.from({ length }, (_, at) => {
    const weekday = new Date(Date.parse(first) + at * 86_400_000).getUTCDay();
    const share = seededRandom("big workspace", "seconds", id, weekday + 7 * (at % 5), month);
    return weekday % 6 === 0 ? 0 : Math.round(share * (1 + ((id * 7) % 5)) * 5000);
  });
}
