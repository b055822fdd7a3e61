import { randomUUID } from "node:crypto";
import { type Holders, soleKey } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import { startQueryService } from "../aws/signed-service.ts";
import type { TopicSubscription } from "../event-bridge/from-template.ts";
import type { Listening } from "../listening.ts";

/** What is published to a topic. */
export interface TopicMessage {
  /** Left out, a mail has a subject of AWS's own. */
  readonly subject?: string | undefined;
  readonly message: string;
}

interface SnsOptions extends Holders {
  /** ARNs. */
  readonly topics: readonly string[];
  readonly subscriptions: readonly TopicSubscription[];
  readonly region: string;
  /** Sees what would be sent to somebody. */
  readonly onNotice: (subscription: TopicSubscription, sent: TopicMessage) => void;
}

/** An SNS endpoint on this machine that sends nothing to anybody. */
export interface LocalSns extends Listening {
  /** What a service of AWS's publishes; whether it may is another question. */
  publish(topicArn: string, sent: TopicMessage): void;
}

/** What SNS takes as a message, in bytes. */
const maxMessageBytes = 262_144;

export async function startSns(options: SnsOptions): Promise<LocalSns> {
  const { topics, subscriptions, region, credentials, account = soleKey(credentials), onNotice } = options;
  const publish: LocalSns["publish"] = (topicArn, sent) => {
    for (const one of subscriptions) if (one.topicArn === topicArn) onNotice(one, sent);
  };
  const listening = await startQueryService({
    service: "sns",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    maxBodyBytes: 6 * maxMessageBytes, // a form may have three characters for each byte
    region,
    account,
    operations: {
      Publish({ TopicArn = "", Message = "", Subject }, caller) {
        const denial = caller.denial("sns:Publish", TopicArn);
        if (denial) throw new AwsError(403, "AuthorizationError", denial);
        if (!topics.includes(TopicArn)) throw new AwsError(404, "NotFound", "Topic does not exist");
        const error = messageError(Message) ?? subjectError(Subject);
        if (error) throw new AwsError(400, "InvalidParameter", `Invalid parameter: ${error}`);
        publish(TopicArn, { message: Message, subject: Subject });
        return { MessageId: randomUUID() };
      },
    },
  });
  return { ...listening, publish };
}

function messageError(message: string): string | undefined {
  if (message === "") return "Empty message";
  return Buffer.byteLength(message) > maxMessageBytes ? "Message too long" : undefined;
}

/**
 * A subject is less than 100 characters of ASCII without control characters, and begins with a letter, a number or a
 * punctuation mark (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html).
 */
function subjectError(subject: string | undefined): string | undefined {
  return subject === undefined || /^[!-~][ -~]{0,98}$/.test(subject) ? undefined : "Subject";
}
