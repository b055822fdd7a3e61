import { readEnvironment } from "../adapters/aws/environment.ts";
import { jwtVerifier } from "../adapters/aws/jwt-verifier.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { clock } from "../adapters/clock.ts";
import { authorizeCaller } from "./handler.ts";

const env = readEnvironment("authorize-caller");

export const handler = authorizeCaller({
  verify: jwtVerifier({ issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, clock }),
  claim: env.JWT_WORKSPACE_CLAIM,
  telemetry: powertools(env.SERVICE_NAME),
});
