import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import { findDeployment } from "./deployment.ts";
import { AwsAccessDenied, UsageError } from "./exit-codes.ts";
import type { DeadLetter, RedriveQueues } from "./redrive.ts";
import { findRunning } from "./running.ts";

interface QueueUrls {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Long enough to send ten messages and remove them. */
const hiddenSeconds = 120;

/**
 * The queues of a deployed stack, with the AWS identity of whoever runs the command, or those of the running `npm start`.
 * @throws Error that says what to do
 */
export async function findExportQueues(stackName: string | undefined): Promise<RedriveQueues> {
  if (stackName === "") throw new UsageError("--stack must be a stack's name, such as TogglInsights.");
  if (stackName === undefined) {
    const { queues } = findRunning();
    if (!queues) throw new Error("The npm start that runs here is older than this command: start it again.");
    const { signer, endpoint } = queues;
    return exportQueues(queues, { endpoint, ...signer });
  }
  const { region, queueUrl, deadLetterQueueUrl } = await findDeployment(stackName);
  if (!queueUrl || !deadLetterQueueUrl) {
    throw new Error(`The stack ${stackName} does not tell its queues: deploy this version first (npm run deploy).`);
  }
  return exportQueues({ queueUrl, deadLetterQueueUrl }, { region });
}

/** What SQS is asked for, with its client, which is loaded when it is asked for. */
export async function exportQueues(
  { queueUrl, deadLetterQueueUrl }: QueueUrls,
  config: SQSClientConfig,
): Promise<RedriveQueues> {
  const sqs = await import("@aws-sdk/client-sqs");
  const requestHandler = { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true };
  const client = new sqs.SQSClient({ ...config, requestHandler });
  const QueueUrl = deadLetterQueueUrl;
  return {
    async receive() {
      const { Messages = [] } = await client
        .send(
          new sqs.ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: hiddenSeconds,
            WaitTimeSeconds: 1, // without a wait SQS may overlook some
            MessageSystemAttributeNames: ["MessageGroupId", "SentTimestamp"],
          }),
        )
        .catch(refused("sqs:ReceiveMessage", QueueUrl));
      return Messages.map(
        ({ MessageId: id = "", ReceiptHandle: receiptHandle = "", Body: body = "", Attributes = {} }) => {
          const { MessageGroupId: group = id, SentTimestamp } = Attributes;
          return { id, receiptHandle, body, group, sentAt: Number(SentTimestamp) };
        },
      );
    },
    async sendBack({ id, body, group }: DeadLetter) {
      const message = { QueueUrl: queueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id };
      await client.send(new sqs.SendMessageCommand(message)).catch(refused("sqs:SendMessage", queueUrl));
    },
    async remove({ receiptHandle: ReceiptHandle }) {
      const command = new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle });
      await client.send(command).catch(refused("sqs:DeleteMessage", QueueUrl));
    },
    async release({ receiptHandle: ReceiptHandle }) {
      const command = new sqs.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      await client.send(command).catch(refused("sqs:ChangeMessageVisibility", QueueUrl));
    },
    async count() {
      const AttributeNames = ["ApproximateNumberOfMessages" as const, "ApproximateNumberOfMessagesNotVisible" as const];
      const { Attributes = {} } = await client
        .send(new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
        .catch(refused("sqs:GetQueueAttributes", QueueUrl));
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}

/** Says what to do where AWS denied a right. */
function refused(action: string, queueUrl: string) {
  return (error: Error): never => {
    if (!/AccessDenied/.test(error.name)) throw error;
    const queue = queueUrl.split("/").at(-1);
    throw new AwsAccessDenied(`Your AWS identity needs ${action} on ${queue} (docs/deploy.md has all rights).`, {
      cause: error,
    });
  };
}
