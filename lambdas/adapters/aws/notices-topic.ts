import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Events } from "../../core/ports/ports.ts";
import { clientSettings } from "./aws-clients.ts";

/**
 * Publishes to an SNS topic, in three attempts of seven seconds at most.
 * @throws Error whose name is SNS's own, such as `AuthorizationErrorException`, or the connection's
 */
export function noticesTopic(TopicArn: string): Pick<Events, "notify"> {
  const sns = new SNSClient(clientSettings(5000));
  return {
    async notify({ subject: Subject, message: Message }) {
      await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
    },
  };
}
