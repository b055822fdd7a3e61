import type { Problem } from "./problem.ts";

/** Says that the page does not show what its address asks for; nothing is to be shown in its place without a word. */
export function addressProblem(detail: string): Problem {
  const title = "The address is not understood";
  return { code: "address_not_understood", title, detail, retryable: false };
}

/** Says that a workspace is not among those of the console. */
export function workspaceProblem(wanted: string): Problem {
  const title = "There is no such workspace here";
  const detail = `The address asks for “${wanted}”, so no figures are shown. Choose one above, or add it to insights.config.json and start or deploy again.`;
  return { code: "workspace_not_configured", title, detail, retryable: false };
}
