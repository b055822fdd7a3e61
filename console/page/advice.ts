import type { Problem } from "./problem.ts";

/** What to do that the problem itself does not say: the console's own problems, and where a browser's way is another. */
const advice: Readonly<Record<string, string>> = {
  console_unreachable: "Is npm start still running? Start it again, then try once more.",
  address_not_understood: "Choose above what you want to see.",
  answer_unreadable: "Try again; npm run doctor may know more.",
  console_token_rejected: "Load the page again.",
  foreign_page: "Open the console by its own address.",
  api_network: "Check that the API's address is right and that this machine is online.",
  api_credentials: "Sign in to AWS where the console was started, then try again.",
  page_fault: "Load the page again.",
  unknown: "Try again; npm run doctor may know more.",
  not_signed_or_no_such_route: "Whoever started the console may lack the right to call this API (docs/security.md).",
  expired_credentials: "Sign in to AWS again where the console was started.",
  idempotency_key_reused: "Load the page again, then send it once more.",
  invalid_token: "The console has no JWT to send: ask this API with curl.",
  schedule_not_found: "Load the page again if the schedules have changed.",
  token_not_set: "Run it where the console was started.",
  toggl_timeout: "Here, “Make an export” does that.",
};

/** A sentence that tells what to do; empty where the problem's own detail does. */
export function adviceFor({ code }: Problem): string {
  return advice[code] ?? "";
}
