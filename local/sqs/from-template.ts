import type { Resolve } from "../assembly/resolver.ts";
import { resourcesOf, type Template } from "../assembly/template.ts";

/** An SQS queue of the template. */
export interface TemplateQueue {
  readonly arn: string;
  readonly url: string;
  readonly isFifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly deadLetters?: { readonly arn: string; readonly maxReceiveCount: number };
}

/** A function that works on a queue. */
export interface TemplateEventSource {
  readonly queueArn: string;
  /** Logical id. */
  readonly functionId: string;
  readonly batchSize: number;
}

interface QueueProperties {
  readonly FifoQueue?: boolean;
  readonly ContentBasedDeduplication?: boolean;
  readonly VisibilityTimeout?: number;
  readonly MessageRetentionPeriod?: number;
  readonly RedrivePolicy?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

export function readQueues(template: Template, resolve: Resolve): TemplateQueue[] {
  return resourcesOf(template, "AWS::SQS::Queue").map(([id, properties]) => {
    const queue = resolve(properties) as QueueProperties;
    const { RedrivePolicy: redrive } = queue;
    return {
      arn: String(resolve({ "Fn::GetAtt": [id, "Arn"] })),
      url: String(resolve({ Ref: id })),
      isFifo: queue.FifoQueue ?? false,
      contentBasedDeduplication: queue.ContentBasedDeduplication ?? false,
      visibilityTimeoutSeconds: queue.VisibilityTimeout ?? 30, // SQS's own defaults
      retentionSeconds: queue.MessageRetentionPeriod ?? 345_600,
      ...(redrive && { deadLetters: { arn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount } }),
    };
  });
}

export function readEventSources(template: Template, resolve: Resolve): TemplateEventSource[] {
  return resourcesOf(template, "AWS::Lambda::EventSourceMapping").map(([id, properties]) => {
    const functionId = (properties.FunctionName as { Ref?: string }).Ref;
    if (functionId === undefined) throw new Error(`The event source ${id} names no function of the template.`);
    const { EventSourceArn, BatchSize, FunctionResponseTypes } = resolve(properties) as {
      EventSourceArn: string;
      BatchSize?: number;
      FunctionResponseTypes?: string[];
    };
    if (!FunctionResponseTypes?.includes("ReportBatchItemFailures")) {
      throw new Error(`The event source ${id} does not report failed items; only that is hosted here.`);
    }
    return { queueArn: EventSourceArn, functionId, batchSize: BatchSize ?? 10 };
  });
}
