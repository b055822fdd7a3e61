import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { routes } from "../../api/routes.ts";
import { readRestApi } from "../../local/api-gateway/from-template.ts";
import { resolver } from "../../local/assembly/resolver.ts";
import type { Template } from "../../local/assembly/template.ts";
import { config, synthesized } from "./synthesized.ts";

const template = synthesized();
const json = template.toJSON() as Template;

const propertiesOf = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe("the bucket", () => {
  it("is private, encrypted, versioned and stays when the stack goes", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
      },
    });
  });

  it("clears away old versions, and exports after the configured time", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: "Enabled" }),
          Match.objectLike({ Prefix: "exports/", ExpirationInDays: 400, Status: "Enabled" }),
        ]),
      },
    });
  });

  it("clears claims away once they say nothing: of keys, and of hours to ask for names", () => {
    for (const Prefix of ["idempotency/", "coordination/names/"]) {
      template.hasResourceProperties("AWS::S3::Bucket", {
        LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ Prefix, ExpirationInDays: 2 })]) },
      });
    }
  });

  it("refuses plain HTTP, and links older than the configuration allows", () => {
    const deny = (condition: object) =>
      Match.objectLike({ Effect: "Deny", Principal: { AWS: "*" }, Condition: condition });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          deny({ Bool: { "aws:SecureTransport": "false" } }),
          deny({
            StringEquals: { "s3:authType": "REST-QUERY-STRING" },
            NumericGreaterThan: { "s3:signatureAge": 600_000 },
          }),
        ]),
      },
    });
  });
});

describe("a bucket that exports_bucket names", () => {
  const adopting = synthesized({ ...config, exports_bucket: "acme-exports" }).toJSON() as Template;
  const idOf = ({ Resources }: Template, type: string) =>
    Object.keys(Resources).find((id) => Resources[id]?.Type === type) ?? "";

  it("is part of the stack like one that the stack made, and in all else nothing is different", () => {
    let text = JSON.stringify(adopting);
    for (const type of ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"]) {
      text = text.replaceAll(idOf(adopting, type), idOf(json, type));
    }
    const expected = structuredClone(json);
    Object.assign(expected.Resources[idOf(json, "AWS::S3::Bucket")] ?? {}, {
      Properties: { BucketName: "acme-exports", ...json.Resources[idOf(json, "AWS::S3::Bucket")]?.Properties },
      DeletionPolicy: "Retain", // what was there before stays even if the deployment that adopts it fails
      UpdateReplacePolicy: "Retain",
    });
    expect(JSON.parse(text)).toEqual(expected);
  });

  it("has a logical id of its own, since CloudFormation adopts only what is new in a template", () => {
    const ids = [undefined, "acme-exports", "other-exports"].map((exports_bucket) =>
      idOf(synthesized({ ...config, exports_bucket }).toJSON() as Template, "AWS::S3::Bucket"),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it("leaves the logical ids of a stack that made its bucket: others would be another bucket", () => {
    expect([idOf(json, "AWS::S3::Bucket"), idOf(json, "AWS::S3::BucketPolicy")]).toEqual([
      "ExportsBucket5A12738B",
      "ExportsBucketPolicyF65C412E",
    ]);
  });

  it("gives way to the name in EXPORTS_BUCKET on a laptop, and else is what everything refers to", () => {
    const surroundings = { region: "eu-central-1", accountId: "123456789012", stackName: "TogglInsights", names: {} };
    const id = idOf(adopting, "AWS::S3::Bucket");
    const resolve = resolver(adopting, surroundings);
    expect([resolve({ Ref: id }), resolve({ "Fn::GetAtt": [id, "Arn"] })]).toEqual([
      "acme-exports",
      "arn:aws:s3:::acme-exports",
    ]);
    expect(resolver(adopting, { ...surroundings, names: { [id]: "mine" } })({ Ref: id })).toBe("mine");
  });
});

const behindGateway = Object.fromEntries(
  Object.entries(template.findResources("AWS::Lambda::Function")).filter(([id]) => id.startsWith("Functions")),
);

describe("the functions", () => {
  it("run on Node.js 24 and arm64, write JSON logs, and give up before the gateway does", () => {
    template.resourceCountIs("AWS::Lambda::Function", 5);
    for (const properties of propertiesOf("AWS::Lambda::Function")) {
      expect(properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
      expect(properties.LoggingConfig.LogFormat).toBe("JSON");
    }
    for (const { Timeout } of Object.values(behindGateway).map(({ Properties }) => Properties)) {
      expect(Timeout).toBeLessThan(29);
    }
  });

  it("keep their memory flat on Node.js 24", () => {
    for (const { Environment } of propertiesOf("AWS::Lambda::Function")) {
      expect(Environment.Variables.NODE_OPTIONS).toBe("--max-semi-space-size=16");
    }
  });

  it("keep their logs as long as configured", () => {
    expect(propertiesOf("AWS::Logs::LogGroup")).toHaveLength(5);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 14 });
  });

  it("get links to live as long as the bucket policy allows", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { DOWNLOAD_URL_TTL_SECONDS: "600", WORKSPACE_IDS: "123,456,789" } },
    });
  });
});

it("makes no secret and holds no value of one", () => {
  template.resourceCountIs("AWS::SecretsManager::Secret", 0);
  expect(JSON.stringify(json)).not.toContain("{{resolve:secretsmanager");
});

describe("the API", () => {
  const surroundings = { region: "eu-central-1", accountId: "123456789012", stackName: "TogglInsights", names: {} };
  const api = readRestApi(json, resolver(json, surroundings));

  it("has the contract's routes and no others, each signed with IAM", () => {
    const found = api.routes.map(({ method, path }) => `${method} ${path}`);
    expect(found.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    template.allResourcesProperties("AWS::ApiGateway::Method", { AuthorizationType: "AWS_IAM" });
  });

  it("is regional and throttled, and changes nothing that belongs to the whole account", () => {
    template.hasResourceProperties("AWS::ApiGateway::RestApi", { EndpointConfiguration: { Types: ["REGIONAL"] } });
    const [stage] = propertiesOf("AWS::ApiGateway::Stage");
    expect(stage?.MethodSettings[0]).toMatchObject({
      ThrottlingRateLimit: 7,
      ThrottlingBurstLimit: 9,
      ResourcePath: "/*",
    });
    template.resourceCountIs("AWS::ApiGateway::Account", 0);
  });

  it.each([...api.responses])("answers %s with a problem", (_, { headers, template: body }) => {
    expect(headers["content-type"]).toBe("application/problem+json");
    const problem = JSON.parse(body.replaceAll("$context.requestId", "7f1c"));
    expect(problem).toMatchObject({
      type: `urn:toggl-insights:problem:${problem.code}`,
      title: expect.any(String),
      detail: expect.any(String),
      instance: "urn:uuid:7f1c",
      retryable: expect.any(Boolean),
    });
  });

  it("answers throttling with when to come back", () => {
    expect(api.responses.get("THROTTLED")).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  });
});

it("tells its address, its bucket and the secrets to fill", () => {
  expect(Object.keys(json.Outputs ?? {}).sort()).toEqual([
    "AlarmsTopicArn",
    "ApiUrl",
    "DeadLetterQueueArn",
    "DeadLetterQueueUrl",
    "ExportQueueArn",
    "ExportQueueUrl",
    "ExportsBucketName",
    "TokenSecretNames",
    "Version",
  ]);
  template.hasOutput("TokenSecretNames", { Value: "toggl/acme,toggl/cafe" });
  synthesized({ ...config, notify: ["accounts@acme.example"] }).hasOutput("NoticesTopicArn", {});
});

it("refuses more workspaces than Lambda's variables can hold", () => {
  const workspaces = Array.from({ length: 300 }, (_, id) => ({ id: id + 1, name: "x", token_secret: `toggl/${id}` }));
  expect(() => synthesized({ workspaces })).toThrow(/take \d+ bytes; Lambda allows 4096/);
});
