import { TimeZone } from "aws-cdk-lib";
import { EventField, type IRuleTarget, Rule, Schedule as RuleSchedule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { SqsSendMessage } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { Config } from "../config/config-schema.ts";
import type { ExportQueue } from "./export-queue.ts";

interface ExportSchedulesProps {
  readonly schedules: Config["schedules"];
  readonly workspaces: Config["workspaces"];
  readonly queue: ExportQueue;
}

type ConfiguredSchedule = Config["schedules"][number];

/**
 * What puts `{schedule, occurrence}` on the queue when it is due: a rule in UTC, or a schedule of EventBridge Scheduler,
 * which knows time zones and their changes of the clock.
 */
export class ExportSchedules extends Construct {
  private readonly queue: ExportQueue;

  constructor(scope: Construct, id: string, { schedules, workspaces, queue }: ExportSchedulesProps) {
    super(scope, id);
    this.queue = queue;
    const tokens = new Map(workspaces.map((workspace) => [workspace.id, workspace.token_secret]));
    for (const schedule of schedules) {
      const messageGroupId = tokens.get(schedule.workspace_id) ?? "";
      if (schedule.time_zone === "UTC") this.addRule(schedule, messageGroupId);
      else this.addSchedule(schedule, messageGroupId);
    }
  }

  private addRule(schedule: ConfiguredSchedule, messageGroupId: string): void {
    const { queue, undelivered } = this.queue;
    const target: IRuleTarget = {
      bind: () => ({
        arn: queue.queueArn,
        sqsParameters: { messageGroupId },
        deadLetterConfig: { arn: undelivered.queueArn },
        input: RuleTargetInput.fromObject({ schedule: schedule.name, occurrence: EventField.time }),
      }),
    };
    new Rule(this, schedule.name, {
      description: descriptionOf(schedule),
      schedule: RuleSchedule.expression(expressionOf(schedule)),
      enabled: schedule.enabled,
      targets: [target],
    });
  }

  private addSchedule(schedule: ConfiguredSchedule, messageGroupId: string): void {
    const { queue, undelivered } = this.queue;
    const occurrence = ContextAttribute.scheduledTime;
    new Schedule(this, schedule.name, {
      description: descriptionOf(schedule),
      schedule: ScheduleExpression.expression(expressionOf(schedule), TimeZone.of(schedule.time_zone)),
      enabled: schedule.enabled,
      target: new SqsSendMessage(queue, {
        messageGroupId,
        deadLetterQueue: undelivered,
        input: ScheduleTargetInput.fromObject({ schedule: schedule.name, occurrence }),
      }),
    });
  }
}

function expressionOf({ cron, rate }: ConfiguredSchedule): string {
  return cron === undefined ? `rate(${rate})` : `cron(${cron})`;
}

function descriptionOf({ report, formats, period, workspace_id }: ConfiguredSchedule): string {
  return `${report} of ${period} as ${formats.join(" and ")}, workspace ${workspace_id}`;
}
