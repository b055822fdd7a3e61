import type { Config } from "../../lib/config/config-schema.ts";
import { NotTried, type Question } from "./question.ts";

interface ByHandNeeds {
  readonly config: Config;
  readonly stackName: string;
}

/** What only a person can look at, or what takes hours in which nothing may stop half done. */
export function byHandQuestions({ config, stackName }: ByHandNeeds): Question[] {
  const { notify, schedules, alarms } = config;
  const byHand = (steps: readonly string[]) => ({ outcome: "by hand", steps }) as const;
  return [
    {
      name: "a mail about an export",
      expected: "it comes, and its text has no quotes around it",
      source: "docs/schedules.md#events",
      maxMs: 1000,
      async ask() {
        if (notify.length === 0) throw new NotTried("notify names nobody in the configuration");
        return byHand([
          `npx toggl-insights run SCHEDULE --stack ${stackName}   (or this command with --allow-changes, which makes an export)`,
          "Wait five minutes for the mail of Toggl Insights.",
          "Send: whether it came, and its first line with every character of it, quotes too. Take out names you do not want to send.",
        ]);
      },
    },
    {
      name: "the alarm of a silent watcher",
      expected: "ALARM seven to nine hours after the last look",
      source: "docs/runbook.md#schedule-watch-silent",
      maxMs: 1000,
      async ask() {
        if (schedules.length === 0) throw new NotTried("the configuration has no schedule, so nothing watches");
        if (!alarms) throw new NotTried('"alarms" is false in the configuration');
        return byHand([
          "On a stage where nobody waits for files, with looks in the last hours. It takes half a day, and then the rule has to be enabled again.",
          `RULE=$(aws cloudformation list-stack-resources --stack-name ${stackName} --query "StackResourceSummaries[?starts_with(LogicalResourceId,'WatchRule')&&ResourceType=='AWS::Events::Rule'].PhysicalResourceId" --output text)`,
          'date -u; aws events disable-rule --name "$RULE"',
          "Wait twelve hours.",
          'aws events enable-rule --name "$RULE"',
          `aws cloudwatch describe-alarm-history --alarm-name ${stackName}-ScheduleWatchSilent --history-item-type StateUpdate --query "AlarmHistoryItems[].[Timestamp,HistorySummary]" --output text`,
          "Send: the time of date -u, and what the last command prints.",
        ]);
      },
    },
    {
      name: "the bill",
      expected: "what docs/costs.md adds up to, less the free tier",
      source: "docs/costs.md",
      maxMs: 1000,
      async ask() {
        return byHand([
          "Once: in the Billing console, under Cost allocation tags, activate the tag named stack (it counts from then on).",
          `After a whole month: aws ce get-cost-and-usage --time-period Start=YYYY-MM-01,End=YYYY-MM-01 --granularity MONTHLY --metrics UnblendedCost UsageQuantity --group-by Type=DIMENSION,Key=USAGE_TYPE --filter '{"Tags":{"Key":"stack","Values":["${stackName}"]}}'   (AWS charges $0.01 for it)`,
          "Send: what it prints, and about how many exports were made in that month.",
        ]);
      },
    },
  ];
}
