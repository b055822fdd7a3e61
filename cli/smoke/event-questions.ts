import { setTimeout as sleep } from "node:timers/promises";
import type { ExportFields } from "../../api/export.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import type { Config } from "../../lib/config/config-schema.ts";
import { asExpected, type Finding, NotTried, type Question } from "./question.ts";
import type { TemporaryRules } from "./temporary-rules.ts";
import { yesterday } from "./token-questions.ts";

export interface EventQuestionsNeeds {
  readonly config: Config;
  readonly client: Pick<InsightsClient, "queueExport" | "getExport">;
  readonly temporary: TemporaryRules;
  readonly now: () => number;
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
  /** A queue's policy may count only after a minute. */
  readonly settleMs?: number;
}

const guide = "https://docs.aws.amazon.com/eventbridge/latest/userguide";
const madeRule = "a rule and a queue of its own";

/** Whether events go out, what a rule sends, and when it fires. */
export function eventQuestions(needs: EventQuestionsNeeds): Question[] {
  const { config, client, temporary, now, everyMs = 2000, settleMs = 65_000 } = needs;
  return [
    {
      name: "PutEvents with the function's role",
      expected: "an export in the background whose event is sent",
      source: `${guide}/eb-use-identity-based.html`,
      isOverApi: true,
      makes: "an export, with its file, its mails and one Toggl request",
      maxMs: 240_000,
      ask: (signal) => announced(signal),
    },
    {
      name: "$.time of a cron rule",
      expected: "within the rule's own minute",
      source: `${guide}/eb-scheduled-rule-pattern.html`,
      makes: madeRule,
      isSlow: true,
      maxMs: 300_000,
      ask: (signal) => timeOfCron(signal),
    },
    {
      name: "a rate rule's first run",
      expected: "within two minutes of its making",
      source: `${guide}/eb-scheduled-rule-pattern.html`,
      makes: madeRule,
      isSlow: true,
      maxMs: 300_000,
      ask: (signal) => firstOfRate(signal),
    },
  ];

  async function announced(signal: AbortSignal): Promise<Finding> {
    const [{ id: workspaceId } = { id: 0 }] = config.workspaces;
    const { id } = await client.queueExport(workspaceId, "trends/projects.csv", yesterday(now()), { signal });
    for (;;) {
      const made = await client.getExport(workspaceId, id);
      if (made.status === "deferred") {
        throw new NotTried(`the export waits (${made.problem.code}); it is made, and its event sent, later`);
      }
      const { status, event_sent_at, event_failed_at, problem }: typeof made & ExportFields = made;
      const seen = problem ? `${status} (${problem.code})` : status;
      if (event_sent_at) return asExpected(true, `${seen}, event sent at ${event_sent_at}`);
      if (event_failed_at) return asExpected(false, `${seen}, event not sent at ${event_failed_at}`);
      if (signal.aborted) return asExpected(false, `${seen}, no event`);
      await pause(signal);
    }
  }

  async function timeOfCron(signal: AbortSignal): Promise<Finding> {
    const due = { at: 0 };
    const schedule = () => {
      due.at = Math.ceil((now() + cronLeadMs) / minuteMs) * minuteMs;
      return cronAt(new Date(due.at));
    };
    return temporary.withRule(
      { schedule, ...timeTemplate },
      () => settled(signal),
      async ({ heard }) => {
        for (; !signal.aborted; await pause(signal)) {
          const [text] = await heard();
          if (text === undefined) continue;
          const time = Date.parse(timeIn(text));
          const isInItsMinute = time >= due.at && time < due.at + minuteMs;
          const expectedAt = new Date(due.at).toISOString().replace(".000Z", "Z");
          const late = Math.round((now() - due.at) / 1000);
          return asExpected(isInItsMinute, `${timeIn(text)} for ${expectedAt}, heard ${late} s after it`);
        }
        return asExpected(false, "the rule did not fire");
      },
    );
  }

  async function firstOfRate(signal: AbortSignal): Promise<Finding> {
    const rule = { schedule: () => "rate(1 hour)", ...timeTemplate };
    return temporary.withRule(
      rule,
      () => settled(signal),
      async ({ heard, madeAt }) => {
        for (; now() < madeAt + firstRunMs && !signal.aborted; await pause(signal)) {
          const [text] = await heard();
          if (text === undefined) continue;
          return asExpected(
            true,
            `$.time ${timeIn(text)}, heard ${Math.round((now() - madeAt) / 1000)} s after its making`,
          );
        }
        return asExpected(false, `none within ${Math.round((now() - madeAt) / 1000)} s`);
      },
    );
  }

  function settled(signal: AbortSignal): Promise<void> {
    return sleep(settleMs, undefined, { signal });
  }

  /** Ends early, and without an error, when the time is up: what was seen until then counts. */
  function pause(signal: AbortSignal): Promise<void> {
    return sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

const minuteMs = 60_000;

/** A new rule is told to fire no sooner. */
const cronLeadMs = 70_000;
const firstRunMs = 120_000;

/** What the stack's own rules send of the time, as JSON. */
const timeTemplate = { paths: { time: "$.time" }, template: '{"occurrence":<time>}' };

function timeIn(text: string): string {
  try {
    return String(JSON.parse(text).occurrence);
  } catch {
    return text;
  }
}

/** Once, at this minute. */
function cronAt(time: Date): string {
  const [month, year] = [time.getUTCMonth() + 1, time.getUTCFullYear()];
  return `cron(${time.getUTCMinutes()} ${time.getUTCHours()} ${time.getUTCDate()} ${month} ? ${year})`;
}
