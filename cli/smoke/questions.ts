import { byHandQuestions } from "./by-hand-questions.ts";
import { type EventQuestionsNeeds, eventQuestions } from "./event-questions.ts";
import { type GatewayQuestionsNeeds, gatewayQuestions } from "./gateway-questions.ts";
import type { Question } from "./question.ts";
import { type QueueQuestionsNeeds, queueQuestions } from "./queue-questions.ts";
import { type TokenQuestionsNeeds, tokenQuestions } from "./token-questions.ts";

interface QuestionsNeeds {
  readonly gateway: GatewayQuestionsNeeds;
  readonly tokens: TokenQuestionsNeeds;
  readonly events: EventQuestionsNeeds;
  readonly queues: QueueQuestionsNeeds;
  readonly stackName: string;
}

/** All questions, in the order in which they are asked: whether the API can be reached comes first. */
export function allQuestions({ gateway, tokens, events, queues, stackName }: QuestionsNeeds): Question[] {
  return [
    ...gatewayQuestions(gateway),
    ...tokenQuestions(tokens),
    ...queueQuestions(queues),
    ...eventQuestions(events),
    ...byHandQuestions({ config: gateway.config, stackName }),
  ];
}
