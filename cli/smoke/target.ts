import { userAgents } from "../../api/callers.ts";
import { type ApiAddress, apiCaller } from "../../client/call-api.ts";
import { insightsClient } from "../../client/insights-client.ts";
import { bearerToken } from "../bearer-token.ts";
import { findDeployment } from "../deployment.ts";
import { exportQueues, findExportQueues } from "../export-queues.ts";
import { ownConfig } from "../own-config.ts";
import { findRunning } from "../running.ts";
import type { Question } from "./question.ts";
import { allQuestions } from "./questions.ts";
import { describeSecret } from "./secrets.ts";
import { type AwsPlace, type OnLeftBehind, temporaryQueues } from "./temporary-queues.ts";
import { temporaryRules } from "./temporary-rules.ts";

interface TargetOptions {
  /** A deployed stack; the running `npm start` if left out. */
  readonly stack: string | undefined;
  readonly tokenCommand: string | undefined;
  readonly onLeftBehind: OnLeftBehind;
}

interface Target {
  readonly questions: readonly Question[];
  readonly where: string;
  readonly workspaceIds: readonly number[];
}

/** What is asked, and all questions about it. */
export async function findQuestions({ stack, tokenCommand, onLeftBehind }: TargetOptions): Promise<Target> {
  const config = ownConfig();
  const token = bearerToken(tokenCommand);
  await token?.(); // no JWT is an error of the command line, and says nothing about the API
  const { where, address, place, secretsPlace } = stack === undefined ? runningHere() : await deployedAs(stack);
  const userAgent = userAgents["command-line"];
  const caller: ApiAddress = { ...(token ? { baseUrl: address.baseUrl, token } : address), userAgent };
  const [callApi, client] = [apiCaller(caller), insightsClient(caller)];
  const queues = temporaryQueues(place, { onLeftBehind });
  const questions = allQuestions({
    gateway: { config, client, callApi },
    tokens: { config, callApi, describeSecret: describeSecret(secretsPlace), now: Date.now },
    queues: {
      stackQueues: () => findExportQueues(stack),
      temporary: queues,
      redriveQueues: (urls) => exportQueues(urls, place),
    },
    events: { config, client, temporary: temporaryRules(place, queues, onLeftBehind), now: Date.now },
    stackName: stack ?? config.stack_name,
  });
  return { questions, where, workspaceIds: config.workspaces.map(({ id }) => id) };
}

interface Place {
  readonly where: string;
  readonly address: ApiAddress;
  readonly place: AwsPlace;
  readonly secretsPlace: AwsPlace | undefined;
}

async function deployedAs(stack: string): Promise<Place> {
  const { apiUrl, region, version } = await findDeployment(stack);
  const place = { region };
  return { where: `${stack} ${version} in ${region}`, address: { baseUrl: apiUrl }, place, secretsPlace: place };
}

function runningHere(): Place {
  const { url, signer, queues, secrets_manager_url } = findRunning();
  if (!queues) throw new Error("The npm start that runs here is older than this command: start it again.");
  const { region, credentials } = queues.signer;
  const key = { region, ...(credentials && { credentials }) };
  return {
    where: `npm start at ${url}`,
    address: { baseUrl: url, signer },
    place: { ...key, endpoint: queues.endpoint },
    secretsPlace: secrets_manager_url === undefined ? undefined : { ...key, endpoint: secrets_manager_url },
  };
}
