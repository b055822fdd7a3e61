import type { CallApi } from "../../client/call-api.ts";
import type { Config } from "../../lib/config/config-schema.ts";
import { type ApiAnswer, answerOf } from "./api-answer.ts";
import { asExpected, type Finding, NotTried, type Question } from "./question.ts";

/** What Secrets Manager says about a secret, without its value. */
export interface SecretDescription {
  readonly hasValue: boolean;
  readonly changedAt: Date | undefined;
}

/** Undefined if there is no such secret. The value itself is never read. */
export type DescribeSecret = (name: string, signal: AbortSignal) => Promise<SecretDescription | undefined>;

export interface TokenQuestionsNeeds {
  readonly config: Config;
  readonly callApi: CallApi;
  readonly describeSecret: DescribeSecret;
  readonly now: () => number;
}

/** So long functions may use what they have read before. */
const keptMs = 5 * 60_000;

/** What a function's role gets to see of a secret before its token is put in, and after. No secret is changed. */
export function tokenQuestions({ config, callApi, describeSecret, now }: TokenQuestionsNeeds): Question[] {
  return [
    {
      name: "a secret before its token",
      expected: "503 token_not_set, of both kinds of calls",
      source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html",
      isOverApi: true,
      maxMs: 90_000,
      async ask(signal) {
        const { id } = await workspaceWith(
          (secret) => !secret?.hasValue,
          signal,
          "every token is put in already; ask before npm run token, or on a stage whose configuration names a secret that is not there yet",
        );
        const answers = [await trendsOf(id, signal), await exportOf(id, signal)];
        return asExpected(
          answers.every(({ status, code }) => status === 503 && code === "token_not_set"),
          answers.map(({ seen }) => seen).join(", "),
        );
      },
    },
    {
      name: "a secret after its token",
      expected: "200, or an answer of Toggl's: the token was read",
      source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html",
      isOverApi: true,
      maxMs: 60_000,
      async ask(signal) {
        const found = await workspaceWith(
          (secret) => !!secret?.hasValue,
          signal,
          "no token is put in yet (npm run token -- --workspace ID)",
        );
        return afterToken(await trendsOf(found.id, signal), found.secret);
      },
    },
  ];

  function afterToken({ status, code = "", seen }: ApiAnswer, secret: SecretDescription | undefined): Finding {
    const isNew = secret?.changedAt !== undefined && now() - secret.changedAt.getTime() < keptMs;
    if (code === "token_not_set" && isNew) {
      throw new NotTried("the token was put in less than five minutes ago, and functions may not have read it yet");
    }
    return asExpected(status === 200 || code.startsWith("toggl_"), seen);
  }

  async function workspaceWith(
    isRight: (secret: SecretDescription | undefined) => boolean,
    signal: AbortSignal,
    otherwise: string,
  ) {
    const looked = new Map<string, SecretDescription | undefined>();
    for (const { id, token_secret: name } of config.workspaces) {
      if (!looked.has(name)) looked.set(name, await describeSecret(name, signal));
      const secret = looked.get(name);
      if (isRight(secret)) return { id, secret };
    }
    throw new NotTried(otherwise);
  }

  /** One request to Toggl where there is a token, and nothing is made. */
  function trendsOf(workspaceId: number, signal: AbortSignal): Promise<ApiAnswer> {
    const body = JSON.stringify(yesterday(now()));
    return answerOf(callApi, "POST", `/workspace/${workspaceId}/data_trends/projects`, { body, signal });
  }

  function exportOf(workspaceId: number, signal: AbortSignal): Promise<ApiAnswer> {
    const body = JSON.stringify(yesterday(now()));
    return answerOf(callApi, "POST", `/workspace/${workspaceId}/trends/projects.csv`, { body, signal });
  }
}

/** The shortest period that has come to an end everywhere but in the far west. */
export function yesterday(now: number): { start_date: string; end_date: string } {
  const day = new Date(now - 86_400_000).toISOString().slice(0, 10);
  return { start_date: day, end_date: day };
}
