import type { PlantedBug } from "../planted-bug.ts";

/** The console's server and its page. */
export const consolePage: readonly PlantedBug[] = [
  {
    name: "the console answers any program on this machine",
    file: "console/console.ts",
    find: "refusedCall(request, token) ?? ownCall(request, needs)",
    replace: "ownCall(request, needs)",
    noticedBy: ["test/console/console.test.ts"],
  },
  {
    name: "the console answers by any name",
    file: "local/loopback-guard.ts",
    find: "if (!isOwnHost(message, door)) return foreignHost;",
    replace: "",
    noticedBy: ["test/console/console.test.ts"],
  },
  {
    name: "any console token will do",
    file: "console/page-guard.ts",
    find: "return timingSafeEqual(digest(given), digest(secret));",
    replace: "return timingSafeEqual(digest(secret), digest(secret));",
    noticedBy: ["test/console/console.test.ts"],
  },
  {
    name: "the console drops the key of idempotency",
    file: "console/proxy-call.ts",
    find: '"idempotency-key", ',
    replace: "",
    noticedBy: ["test/console/console.test.ts"],
  },
  {
    name: "the console's exports are made while they are waited for",
    file: "console/proxy-call.ts",
    find: '"prefer", ',
    replace: "",
    noticedBy: ["test/console/console.test.ts", "test/console/console-in-browser.test.ts"],
  },
  {
    name: "what the console asks for is the page's own browser's",
    file: "console/proxy-call.ts",
    find: '"user-agent": userAgents.console',
    replace: '"user-agent": request.headers.get("user-agent") ?? ""',
    noticedBy: ["test/reported/who-asked.test.ts"],
  },
  {
    name: "the console's history goes by id",
    file: "console/page/exports/known-exports.ts",
    find: "Date.parse(timeOf(other)) - Date.parse(timeOf(one)) ||",
    replace: "",
    noticedBy: ["test/console/exports-list.test.ts"],
  },
  {
    name: "weeks of a project stand beside the last week of another period",
    file: "console/page/profitability/side-by-side.ts",
    find: "(before[index] ?? 0) + ",
    replace: "",
    noticedBy: ["test/console/file-tables.test.ts"],
  },
  {
    name: "missing AWS credentials look like a broken network",
    file: "console/proxy-call.ts",
    find: '? "credentials" : "network"',
    replace: '? "network" : "network"',
    noticedBy: ["test/console/proxy-call.test.ts"],
  },
  {
    name: "a backfill of the console makes earlier periods again",
    file: "client/backfill.ts",
    find: "occurrence: period.occurrence, refresh: false",
    replace: "occurrence: period.occurrence, refresh: true as never",
    noticedBy: ["test/cli/exit-statuses.test.ts", "test/console/console-in-browser.test.ts"],
  },
  {
    name: "a project's name is a formula in the console's CSV",
    file: "console/page/trends/trend-tables.ts",
    find: "formula.test(value) ?",
    replace: "formula.test(value) && value.length < 3 ?",
    noticedBy: ["test/console/trends.test.ts"],
  },
  {
    name: "a quote in a name breaks the console's CSV",
    file: "console/page/trends/trend-tables.ts",
    find: "safe.replaceAll('\"', '\"\"')",
    replace: "safe",
    noticedBy: ["test/console/trends.test.ts"],
  },
];
