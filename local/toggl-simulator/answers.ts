import { type Endpoint, workspaceMessage } from "./validation.ts";

/** An error as Toggl mostly writes it: a JSON string. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(message)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** An error page of the proxy in front of Toggl. */
export function nginxPage(status: number, reason: string, headers: Record<string, string> = {}): Response {
  const page = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return new Response(page, { status, headers: { "content-type": "text/html", ...headers } });
}

/** What Toggl says to whom it lets no further. */
export interface Refusals {
  readonly noWorkspace: string;
  readonly otherWorkspace: string;
  readonly member: string;
}

const noAccess = "User does not have access to this resource.";

/** At the lists of names. */
export const nameRefusals: Refusals = {
  noWorkspace: "Invalid workspace id",
  otherWorkspace: noAccess,
  member: noAccess,
};

/** At a report. */
export function refusalsOf(endpoint: Endpoint): Refusals {
  const noWorkspace = workspaceMessage(endpoint);
  return { noWorkspace, otherWorkspace: "Workspace not found/accessible", member: memberMessages[endpoint] };
}

/** What each endpoint tells somebody who is no admin. */
const memberMessages: Record<Endpoint, string> = {
  "data_trends/projects": "Admin permissions required",
  "trends/projects": "user has no required access to asked workspace",
  "profitability/employees": "User has no access to workspace or is not admin",
  "profitability/projects": "User has no access to workspace or is not admin",
};
