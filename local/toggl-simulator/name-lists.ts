import { refusal } from "./answers.ts";
import type { Company } from "./company.ts";

/** What Toggl's names are read from: lists, and the description of a workspace. */
export type NameList = "projects" | "users" | "groups" | "workspace";

/** All workspaces are of one organization. */
export const organizationId = 4321;

/** A larger page is not given, whatever is asked for; without a wish it has the other size. */
const perPage = { max: 200, ordinary: 151 };

/** As Toggl answers: a list is a bare array, of projects in pages, of people and groups all at once (docs/toggl.md). */
export function nameList(list: NameList, company: Company, query: URLSearchParams, workspaceId: number): Response {
  if (list === "workspace") return Response.json(workspaceOf(workspaceId));
  if (list === "users") return Response.json(company.people.map(userOf));
  if (list === "groups") return Response.json(groupsOf(company, workspaceId));
  const size = Math.min(positive(query.get("per_page"), perPage.ordinary), perPage.max);
  const page = positive(query.get("page"), 1);
  if (Number.isNaN(size + page)) return refusal(400, "Invalid parameters");
  const wanted = company.projects.filter(({ active }) => isWanted(active, query.get("active")));
  const entries = wanted.slice((page - 1) * size, page * size);
  return Response.json(entries.map((project) => projectOf(project, company, workspaceId)));
}

function positive(value: string | null, ordinary: number): number {
  if (value === null) return ordinary;
  return /^[1-9]\d{0,5}$/.test(value) ? Number(value) : Number.NaN;
}

/** Without a wish archived projects are left out: the worse of what is possible. */
function isWanted(active: boolean, wish: string | null): boolean {
  return wish === "both" || active === (wish !== "false");
}

function projectOf(project: Company["projects"][number], { clients }: Company, workspaceId: number) {
  const { id, name, clientId: client_id, active, created, billable, rate } = project;
  const client_name = clients.find((client) => client.id === client_id)?.name ?? null;
  const created_at = `${created}T08:00:00Z`;
  const client = { client_id, client_name };
  return { id, workspace_id: workspaceId, ...client, name, is_private: true, active, created_at, billable, rate };
}

function userOf({ id, name }: Company["people"][number]) {
  const email = `user${id}@example.com`;
  return { id, email, fullname: name, inactive: false, is_active: true, is_admin: false, role: "user" };
}

function workspaceOf(id: number) {
  return { id, organization_id: organizationId, name: `Workspace ${id}`, premium: true, default_currency: "USD" };
}

/** Sorted by name, each with its people; the id has a name of its own. */
function groupsOf({ groups, people }: Company, workspaceId: number) {
  const members = (group: number) => people.filter(({ groupId }) => groupId === group);
  return groups
    .map(({ id, name }) => ({
      group_id: id,
      name,
      at: "2026-01-15T08:00:00.123456Z",
      users: members(id).map((one) => ({ user_id: one.id, name: one.name, avatar_url: "", joined: true })),
      workspaces: [workspaceId],
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "en"));
}
