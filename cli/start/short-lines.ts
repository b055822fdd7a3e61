import type { Line } from "../output.ts";
import { cutTo } from "../table.ts";

/** A line of a function's log, as far as a person is to see it. */
interface Logged {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/**
 * What a terminal shows of a line that the product logged: one short line for each call and each run, with the code
 * and reason of what went wrong.
 * @returns undefined for metrics, which are for CloudWatch and not for people
 */
export function shortLine(line: string): Line | undefined {
  const logged = loggedIn(line);
  if (logged === undefined) return line;
  if (logged === "metrics") return undefined;
  const parts = [...(callOf(logged) ?? eventOf(logged)), durationOf(logged), problemOf(logged)];
  const text = parts.filter(Boolean).join("  ");
  return logged.level === "ERROR" ? { text, style: "red" } : text;
}

function loggedIn(line: string): Logged | "metrics" | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const fields = JSON.parse(line);
    if ("_aws" in fields) return "metrics";
    return typeof fields.level === "string" && typeof fields.message === "string" ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** Method, status, and the path that was called; the message itself has the route's pattern. */
function callOf({ message, path }: Logged): string[] | undefined {
  const [, method = "", route = "", status = ""] = /^([A-Z]+) (\/\S*) (\d{3})$/.exec(message) ?? [];
  if (status === "") return undefined;
  return [status, `${method} ${typeof path === "string" ? shortPath(path) : route}`];
}

/** No more columns of a path than this: an id of an export, or a schedule's name, is whole in its part. */
const maxColumns = { part: 40, path: 120 };

function shortPath(path: string): string {
  const parts = path.split("/").map((part) => cutTo(part, maxColumns.part));
  return cutTo(parts.join("/"), maxColumns.path);
}

function eventOf({ message, schedule, report, format, export_id }: Logged): string[] {
  const what = typeof report === "string" ? `${report}.${format}` : "";
  return [message, String(schedule ?? ""), what, String(export_id ?? "")];
}

function durationOf({ duration_ms: duration }: Logged): string {
  return typeof duration === "number" ? `${Math.round(duration)} ms` : "";
}

function problemOf({ code, detail, cause, warning }: Logged): string {
  const reason = [detail, cause, warning].find((one) => typeof one === "string");
  return [code, reason?.toString().split("\n")[0]].filter((one) => one !== undefined).join(": ");
}

interface Screen {
  readonly columns?: number;
  write(text: string): unknown;
}

const eraseLine = "\r\u001b[2K";

/** Lines on a terminal, with one below them that stays in sight. */
export function aboveFooter(screen: Screen, footer: string) {
  const draw = () => screen.write(cutTo(footer, (screen.columns || footer.length + 1) - 1));
  return {
    /** @param print writes whole lines */
    print(print: () => void): void {
      screen.write(eraseLine);
      print();
      draw();
    },
    end(): void {
      screen.write(eraseLine);
    },
  };
}
