/** One line of the HTTPS surface. Paths below `/workspace/` are Toggl's own. */
interface Route {
  readonly method: "GET" | "HEAD" | "POST" | "ANY";
  readonly path: string;
  /** The Lambda function that answers. */
  readonly function: string;
}

export const routes = [
  { method: "POST", path: "/workspace/{workspace_id}/data_trends/projects", function: "load-trends" },
  { method: "POST", path: "/workspace/{workspace_id}/profitability/employees.csv", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/profitability/employees.xlsx", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/profitability/projects.csv", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/profitability/projects.xlsx", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/trends/projects.csv", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/trends/projects.xlsx", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/schedules/{name}/runs", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/schedules/{name}/rebuild", function: "create-export" },
  { method: "POST", path: "/workspace/{workspace_id}/schedules/{name}/accept-columns", function: "create-export" },
  { method: "GET", path: "/workspace/{workspace_id}/schedules", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/schedules/{name}/current", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/schedules/{name}/latest.csv", function: "browse-exports" },
  { method: "HEAD", path: "/workspace/{workspace_id}/schedules/{name}/latest.csv", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/schedules/{name}/latest.xlsx", function: "browse-exports" },
  { method: "HEAD", path: "/workspace/{workspace_id}/schedules/{name}/latest.xlsx", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/schedules/{name}/latest.json", function: "browse-exports" },
  { method: "HEAD", path: "/workspace/{workspace_id}/schedules/{name}/latest.json", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/exports", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/exports/{export_id}", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/exports/{export_id}/file", function: "browse-exports" },
  { method: "GET", path: "/workspace/{workspace_id}/names", function: "list-names" },
  { method: "GET", path: "/openapi.json", function: "browse-exports" },
  // Everything else, so that a mistyped address gets a 404 in the API's own words.
  { method: "ANY", path: "/{proxy+}", function: "browse-exports" },
] as const satisfies readonly Route[];

/** How many exports a page of the history has. */
export const pageLimits = { default: 20, max: 100 };
