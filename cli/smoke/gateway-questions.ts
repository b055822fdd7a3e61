import { ApiProblem, ForeignAnswer, NoAnswer } from "../../client/api-problem.ts";
import type { CallApi } from "../../client/call-api.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import type { Config } from "../../lib/config/config-schema.ts";
import { notFromHere } from "../deploy/first-call.ts";
import { type ApiAnswer, aboutCaller, answerOf } from "./api-answer.ts";
import { asExpected, type Finding, NotTried, type Question } from "./question.ts";

export interface GatewayQuestionsNeeds {
  readonly config: Config;
  readonly client: Pick<InsightsClient, "listExports">;
  readonly callApi: CallApi;
}

const guide = "https://docs.aws.amazon.com/apigateway/latest/developerguide";
const megabyte = 1024 ** 2;

/** What API Gateway takes, whatever is behind it. */
const gatewayMegabytes = 10;

/** A question about a body that is too large. */
interface TooLarge extends Pick<Question, "name" | "expected" | "source"> {
  readonly isExpected: (answer: ApiAnswer) => boolean;
}

/** What API Gateway makes of a call before a function sees it. The first asks whether it can be reached at all. */
export function gatewayQuestions({ config, client, callApi }: GatewayQuestionsNeeds): Question[] {
  const [{ id } = { id: 0 }] = config.workspaces;
  const path = `/workspace/${id}`;
  return [
    {
      name: "the API answers",
      expected: "200 to GET …/exports",
      source: "docs/api.md#endpoints",
      isAboutReach: true,
      maxMs: 70_000,
      ask: () => reach(config, client),
    },
    {
      name: "a wrong method",
      expected: "404 route_not_found to DELETE …/exports",
      source: `${guide}/api-gateway-set-up-simple-proxy.html`,
      isOverApi: true,
      maxMs: 40_000,
      async ask(signal) {
        const { status, code, seen } = await answerOf(callApi, "DELETE", `${path}/exports`, { signal });
        return asExpected(status === 404 && code === "route_not_found", seen);
      },
    },
    {
      name: "HEAD",
      expected: "404 of the function, without a body, to HEAD …/schedules/none/latest.csv",
      source: "docs/api.md#the-newest-file-of-a-schedule",
      isOverApi: true,
      maxMs: 40_000,
      async ask(signal) {
        const { status, contentType, seen } = await answerOf(callApi, "HEAD", `${path}/schedules/none/latest.csv`, {
          signal,
        });
        if (status === 403 || status === 429) throw new NotTried(`HEAD was refused to this caller: ${seen}`);
        return asExpected(status === 404 && contentType === "application/problem+json", `${seen} (${contentType})`);
      },
    },
    tooLarge(11, {
      name: "a body of 11 MB",
      expected: "413 and API Gateway's own line, HTTP content length exceeded …",
      source: "docs/decisions/0004-problem-codes-and-statuses.md",
      isExpected: ({ code, seen }) => code === undefined && seen.includes("content length exceeded"),
    }),
    tooLarge(8, {
      name: "a body of 8 MB, above what Lambda takes",
      expected: "413 gateway_refused",
      source: `${guide}/supported-gateway-response-types.html`,
      isExpected: ({ code }) => code === "gateway_refused",
    }),
    {
      name: "validate_at_gateway, a body that fits",
      expected: "404 schedule_not_found: it gets through",
      source: "docs/decisions/0013-openapi.md",
      isOverApi: true,
      maxMs: 40_000,
      ask: () => validated({ refresh: false }, ({ status, code }) => status === 404 && code === "schedule_not_found"),
    },
    {
      name: "validate_at_gateway, a body that does not fit",
      expected: "400 invalid_request that names no field",
      source: `${guide}/api-gateway-method-request-validation.html`,
      isOverApi: true,
      maxMs: 40_000,
      ask: () =>
        validated({ refresh: "no" }, ({ status, code, body }) => {
          return status === 400 && code === "invalid_request" && !("errors" in (body as object));
        }),
    },
    {
      name: "a policy of the API that only denies",
      expected: "callers from an allowed place are let in",
      source: `${guide}/apigateway-authorization-flow.html`,
      isOverApi: true,
      maxMs: 5000,
      async ask() {
        const { allow_from } = config;
        if (!allow_from) {
          throw new NotTried(
            "the API is open to all addresses; a stage with allow_from.vpc_endpoints, asked from a machine in that VPC, can tell",
          );
        }
        const where = allow_from.vpc_endpoints ? "a private API" : "an API with ip_ranges";
        return asExpected(true, `${where} was reached from here`);
      },
    },
  ];

  /** Nothing is made of it wherever it gets through: the functions refuse the field. */
  function tooLarge(megabytes: number, { isExpected, ...said }: TooLarge): Question {
    return {
      ...said,
      isOverApi: true,
      maxMs: 40_000,
      async ask(signal) {
        if (config.validate_at_gateway && megabytes <= gatewayMegabytes) {
          throw new NotTried("validate_at_gateway refuses this body before Lambda gets it");
        }
        const body = JSON.stringify({ smoke: "x".repeat(megabytes * megabyte) });
        const begun = performance.now();
        const answer = await answerOf(callApi, "POST", `${path}/profitability/projects.csv`, { body, signal }).catch(
          (error: unknown) => {
            const isSlow = error instanceof NoAnswer && performance.now() - begun > uploadPatienceMs;
            throw isSlow ? new NotTried(`${megabytes} MB take longer than 30 s from here`) : error;
          },
        );
        const { status, seen, contentType } = answer;
        return asExpected(status === 413 && isExpected(answer), `${seen} (${contentType})`);
      },
    };
  }

  async function validated(body: object, isRight: (answer: Awaited<ReturnType<typeof answerOf>>) => boolean) {
    if (!config.validate_at_gateway) {
      throw new NotTried("validate_at_gateway is off in the configuration; a stage with it can tell");
    }
    const answer = await answerOf(callApi, "POST", `${path}/schedules/none/runs`, { body: JSON.stringify(body) });
    return asExpected(isRight(answer), answer.seen);
  }
}

/** The client gives up at 32 seconds; what broke off before was cut. */
const uploadPatienceMs = 30_000;

async function reach(config: Config, client: GatewayQuestionsNeeds["client"]): Promise<Finding> {
  const [{ id } = { id: 0 }] = config.workspaces;
  try {
    await client.listExports(id, { limit: 1 });
    return asExpected(true, "200");
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof NoAnswer)) throw error;
    if (error instanceof ApiProblem && aboutCaller.includes(error.problem.code)) refuseCaller(error, config);
    // A private API that is called from elsewhere answers 403 in API Gateway's own words, not in those of this API.
    const isDeniedByIt = error instanceof ApiProblem && !(error instanceof ForeignAnswer) && error.status === 403;
    const isPrivate = config.allow_from?.vpc_endpoints !== undefined;
    const reason = notFromHere(config, error);
    if (reason !== undefined && !(isPrivate && isDeniedByIt)) throw new NotTried(reason);
    if (!(error instanceof ApiProblem)) throw error;
    return asExpected(false, `${error.status} ${error.problem.code}`);
  }
}

/** A denied call is left to what the configuration says about who is let in. */
function refuseCaller({ status, problem: { code } }: ApiProblem, { auth }: Config): void {
  if (code === "access_denied") return;
  const advice = auth ? ": send a valid JWT by TOGGL_INSIGHTS_TOKEN or --token-command" : "";
  throw new NotTried(`the API takes no call of this caller (${status} ${code})${advice}`);
}
