import stringWidth from "string-width";
import { checks } from "../api/problems.ts";
import type { InsightsClient } from "../client/insights-client.ts";
import { type Outcome, outcomesOf } from "./diagnosis.ts";
import { type Examination, examine } from "./examine.ts";
import { untilText } from "./export-lines.ts";
import type { Line } from "./output.ts";

/** A workspace as people know it. */
export interface NamedWorkspace {
  readonly id: number;
  readonly name: string;
}

const marks: Record<Outcome, string> = { fine: "ok", wrong: "WRONG", unknown: "-" };

/** What was found of one workspace. */
export interface Diagnosis extends Examination {
  readonly workspaceId: number;
  readonly workspace: string;
}

/** Looks at everything that exports of each workspace need, with one small export each. */
export async function diagnose(
  workspaces: readonly NamedWorkspace[],
  { api, now }: { api: Pick<InsightsClient, "createExport">; now: () => number },
): Promise<Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const { id, name } of workspaces) {
    found.push({
      workspaceId: id,
      workspace: name === "" ? String(id) : `${name} (${id})`,
      ...(await examine(api, id, now())),
    });
  }
  return found;
}

/**
 * A table of all checks, and under it what to do about each that is wrong.
 * @param width columns of the terminal; what has no room beside the others stands in a table of its own
 */
export function diagnosisLines(found: readonly Diagnosis[], width = Number.POSITIVE_INFINITY): Line[] {
  const findings = found.flatMap(({ workspace, finding }) => (finding ? [{ workspace, ...finding }] : []));
  return [
    ...tables(found, width),
    ...findings.flatMap(({ workspace, check, reason, fix }) => [
      "",
      `${workspace}: ${check ?? "not known what"}: ${reason}`,
      `  fix  ${fix}`,
    ]),
  ];
}

/** As many workspaces in a table as there is room for. */
function tables(found: readonly Diagnosis[], width: number): Line[] {
  const all = table(found);
  const isNarrow = all.some((line) => stringWidth(typeof line === "string" ? line : line.text) > width);
  if (!isNarrow || found.length < 2) return all;
  const half = Math.ceil(found.length / 2);
  return [...tables(found.slice(0, half), width), "", ...tables(found.slice(half), width)];
}

/** One row for each check, one column for each workspace. */
function table(found: readonly Diagnosis[]): Line[] {
  const width = Math.max(...checks.map((check) => check.length));
  const columns = found.map(({ workspace, finding, quotaRemaining, quotaResetsAt, quotaSaidAt = "" }) => {
    const cells = outcomesOf(finding).map((outcome) => marks[outcome]);
    const quotaAt = checks.indexOf("quota left");
    if (cells[quotaAt] === "ok" && quotaRemaining !== undefined) {
      const until = quotaResetsAt === undefined ? "" : ` ${untilText(quotaResetsAt, quotaSaidAt)}`;
      cells[quotaAt] = `${quotaRemaining}${until}`;
    }
    const columnWidth = Math.max(workspace.length, ...cells.map((cell) => cell.length));
    return [workspace, ...cells].map((cell) => cell.padEnd(columnWidth));
  });
  const rows = ["", ...checks].map((check, at) => [check.padEnd(width), ...columns.map((cells) => cells[at] ?? "")]);
  return rows.map((cells) => coloured(cells.join("  ").trimEnd()));
}

function coloured(row: string): Line {
  return row.includes(marks.wrong) ? { text: row, style: "red" } : row;
}
