import { nextRuns, rateMs } from "../../lambdas/core/schedules/cron.ts";
import type { TimedRule } from "./from-template.ts";

/** The longest that setTimeout waits rightly is 24 days; a laptop that slept is noticed sooner this way. */
const maxWaitMs = 60_000;

/** Calls back whenever a rule is due. What was due while this machine slept or was off is not made up for. */
export function startTimer(rule: TimedRule, onDue: (at: Date) => void): { stop(): void } {
  let timer: NodeJS.Timeout;
  const startedAt = Date.now();
  const next = (after: number): number | undefined => {
    const [, kind, text = ""] = /^(cron|rate)\((.*)\)$/.exec(rule.expression) ?? [];
    if (kind === "cron") return nextRuns({ cron: text, time_zone: rule.timeZone }, after, 1)[0];
    const step = rateMs(text);
    if (step === undefined) throw new Error(`This expression is not known here: ${rule.expression}`);
    return startedAt + (Math.floor((after - startedAt) / step) + 1) * step;
  };
  const waitFor = (due: number | undefined): void => {
    if (due === undefined) return;
    const wait = due - Date.now();
    timer = setTimeout(
      () => {
        if (Date.now() < due) return waitFor(due);
        if (Date.now() - due < maxWaitMs) onDue(new Date(due));
        waitFor(next(Date.now()));
      },
      Math.min(Math.max(0, wait), maxWaitMs),
    );
  };
  waitFor(next(startedAt));
  return { stop: () => clearTimeout(timer) };
}
