import type { APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import { authorizeCaller, type Claims } from "../../lambdas/authorize-caller/handler.ts";
import { keptTelemetry } from "../ports.ts";

let claims: Claims | undefined;
let verified: string[];
let logged: object[];
beforeEach(() => {
  claims = { sub: "robot", workspaces: [123, 5] };
  verified = [];
  logged = [];
});

const methodArn = "arn:aws:execute-api:eu-central-1:111122223333:abc/prod/GET/workspace/123/exports";
const call = (authorizationToken: string, claim = "workspaces") => {
  const authorize = authorizeCaller({
    claim,
    async verify(token) {
      verified.push(token);
      return claims;
    },
    telemetry: keptTelemetry(logged),
  });
  return authorize({ type: "TOKEN", authorizationToken, methodArn } as APIGatewayTokenAuthorizerEvent);
};

describe("the bearer of a token", () => {
  it("may call what is below the workspaces that it names, at this stage alone", async () => {
    expect(await call("Bearer aa.b_b.c-c")).toEqual({
      principalId: "robot",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "execute-api:Invoke",
            Resource: [
              "arn:aws:execute-api:eu-central-1:111122223333:abc/prod/*/workspace/123/*",
              "arn:aws:execute-api:eu-central-1:111122223333:abc/prod/*/workspace/5/*",
            ],
          },
        ],
      },
      context: { workspaces: "123,5" },
    });
    expect(verified).toEqual(["aa.b_b.c-c"]);
    expect(logged).toEqual([]);
  });

  it("may call the workspaces of the claim that the configuration names, whatever stands in others", async () => {
    claims = { sub: "robot", workspaces: [123], "https://acme.example/toggl": "77" };
    expect((await call("Bearer a.b.c", "https://acme.example/toggl")).context).toEqual({ workspaces: "77" });
    expect((await call("Bearer a.b.c", "acme")).context).toEqual({ workspaces: "" });
  });

  it("that names no workspace may call nothing, and the log says whose it is", async () => {
    claims = { sub: "robot", workspace: 123 };
    const { policyDocument, context } = await call("Bearer a.b.c");
    const Resource = "arn:aws:execute-api:eu-central-1:111122223333:abc/prod/*";
    expect(policyDocument.Statement).toEqual([{ Effect: "Deny", Action: "execute-api:Invoke", Resource }]);
    expect(context).toEqual({ workspaces: "" });
    const message = "a token names no workspace";
    expect(logged).toEqual([{ level: "WARN", message, claim: "workspaces", principalId: "robot" }]);
  });

  it("is called unknown where its token does not say who it is", async () => {
    claims = { workspaces: "123" };
    expect((await call("Bearer a.b.c")).principalId).toBe("unknown");
  });

  it("that is not valid is answered 401, to which API Gateway wants this very message", async () => {
    claims = undefined;
    await expect(call("Bearer a.b.c")).rejects.toThrow(/^Unauthorized$/);
  });

  it.each([
    "a.b.c",
    "Basic a.b.c",
    "bearer a.b.c",
    "Bearer a.b",
    "Bearer a.b.c.d",
    "Bearer a..c",
    "Bearer  a.b.c",
    "Bearer a.b.c ",
    "XBearer a.b.c",
    "Bearer a.b.c=",
    "Bearer a=.b.c",
    "Bearer a.b=.c",
    "Bearer .b.c",
    "Bearer a.b.",
    "",
  ])("that sends %j is not even asked for its claims", async (sent) => {
    await expect(call(sent)).rejects.toThrow(/^Unauthorized$/);
    expect(verified).toEqual([]);
  });
});
