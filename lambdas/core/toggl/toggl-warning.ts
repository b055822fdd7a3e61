import { createHash } from "node:crypto";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import type { Using } from "../ports/ports.ts";

/** Logs what a `Warning` header says, which is how Toggl announces removals (docs/toggl.md). Never fails. */
export type TogglWarnings = (header: string | null, deadline: Deadline) => Promise<void>;

/** Without coordination, each process tells by itself. */
type WarningPorts = Using<{ telemetry: "event" | "measure"; clock: "now" }> &
  Partial<Using<{ coordination: "warnings" }>>;

const maxTextLength = 300;

/** A text that is another one each time must not fill the log. */
const maxTextsPerDay = 20;

/** Logs and counts what Toggl warns of, once a day for each text; an alarm on the count tells people. */
export function togglWarnings({ telemetry, clock, coordination }: WarningPorts): TogglWarnings {
  let today = "";
  const told = new Set<string>();
  return async (header, deadline) => {
    const day = isoTime(clock.now()).slice(0, 10);
    if (day !== today) told.clear();
    today = day;
    for (const text of warningTexts(header ?? "")) {
      if (told.has(text) || told.size >= maxTextsPerDay) continue;
      told.add(text);
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
      const isFirst = (await coordination?.warnings.claim(day, hash, deadline).catch(() => undefined)) ?? true; // twice rather than never
      if (!isFirst) continue;
      telemetry.event("WARN", "Toggl warns", { warning: text });
      telemetry.measure({ TogglWarnings: 1 });
    }
  };
}

/** The texts in `299 - "text" "date", …` (RFC 7234, 5.5), or the whole of what is written in another way. */
function warningTexts(header: string): string[] {
  const quoted = Array.from(header.matchAll(/\b\d{3} [^\s"]+ "((?:[^"\\]|\\.)*)"/g), ([, text = ""]) => text);
  const texts = quoted.length > 0 ? quoted : [header];
  const cut = texts.map((text) => text.replaceAll(/\\(.)/g, "$1").slice(0, maxTextLength).trim());
  return [...new Set(cut.filter((text) => text !== ""))];
}
