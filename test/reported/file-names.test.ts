import { safeFileName } from "../../client/file-name.ts";
import { reportedCases } from "./reported-cases.ts";

const made = { id: "01KB0M8Q4T2V6X9ZC3E5G7J1NR", report: "trends/projects", format: "csv" } as const;
const own = "toggl-trends-projects-01KB0M8Q4T2V6X9ZC3E5G7J1NR.csv";

const proposed = (name: string | undefined, before: string, right = own) => ({
  name: name === undefined ? "no name" : `the name ${JSON.stringify(name)}`.slice(0, 40),
  before,
  right,
  now: () => safeFileName(name, made),
});

reportedCases("An API that proposes a file's name cannot choose what is written", [
  proposed("october.csv", "october.csv", "october.csv"),
  proposed(
    "toggl-trends-projects-1-2026-10-01_2026-10-31.csv",
    "the same",
    "toggl-trends-projects-1-2026-10-01_2026-10-31.csv",
  ),
  proposed(undefined, "the key's last part"),
  proposed("", "the key's last part"),
  proposed(".bashrc", ".bashrc"),
  proposed(".csv", ".csv"),
  proposed("package.json", "package.json"),
  proposed("Makefile", "Makefile"),
  proposed("run.sh", "run.sh"),
  proposed("october.xlsx", "october.xlsx"), // the export is CSV
  proposed("october.csv.exe", "october.csv.exe"),
  proposed("..", ".."),
  proposed("../october.csv", "the key's last part"),
  proposed("/etc/cron.d/x.csv", "the key's last part"),
  proposed("a\\b.csv", "the key's last part"),
  proposed("C:october.csv", "the key's last part"),
  proposed("-rf.csv", "-rf.csv"),
  proposed("con.csv", "con.csv"),
  proposed("LPT1.q.csv", "LPT1.q.csv"),
  proposed("nul.csv", "nul.csv"),
  proposed("a b.csv", "the key's last part"),
  proposed("a\u001b[2J.csv", "the key's last part"),
  proposed("\u202evsc.csv", "the key's last part"),
  proposed(`${"long".repeat(60)}.csv`, "a name of 244 characters"),
  {
    name: "an id and a report that are paths",
    before: "the key's last part",
    right: "toggl-etc-passwd-ssh-authorized-keys.csv",
    now: () =>
      safeFileName(undefined, { id: "/.ssh/authorized_keys", report: "../etc/passwd" as never, format: "csv" }),
  },
  ...[
    ["package.json", "toggl-data-trends-projects-01KB0M8Q4T2V6X9ZC3E5G7J1NR.json"],
    ["tsconfig.json", "toggl-data-trends-projects-01KB0M8Q4T2V6X9ZC3E5G7J1NR.json"],
    ["toggl-trends.json", "toggl-trends.json"],
    ["toggl-trends.csv", "toggl-data-trends-projects-01KB0M8Q4T2V6X9ZC3E5G7J1NR.json"],
  ].map(([name = "", right]) => ({
    name: `trends as JSON, the name ${name}`,
    before: "there was no JSON",
    right,
    now: () => safeFileName(name, { ...made, report: "data_trends/projects", format: "json" }),
  })),
  {
    name: "a format that there is not",
    before: "the key's last part",
    right: "toggl-trends-projects-01KB0M8Q4T2V6X9ZC3E5G7J1NR.download",
    now: () => safeFileName("x.sh", { ...made, format: "sh" as never }),
  },
]);
