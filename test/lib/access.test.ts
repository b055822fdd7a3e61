import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { config, configFile, synthesized } from "./synthesized.ts";

const faultOf = (settings: object) => () => readConfig(configFile({ ...config, ...settings }));

describe("links", () => {
  it("work for the roles that sign them, and for no other principal", () => {
    const template = synthesized();
    const roleOf = (name: string) => ({ "Fn::GetAtt": [Match.stringLikeRegexp(`${name}Role`), "Arn"] });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: "s3:*",
            Condition: {
              StringEquals: { "s3:authType": "REST-QUERY-STRING" },
              ArnNotEquals: { "aws:PrincipalArn": [roleOf("CreateExport"), roleOf("BrowseExports")] },
            },
          }),
        ]),
      },
    });
  });
});

describe("allow_from", () => {
  const denyUnless = (condition: object) => ({
    Policy: {
      Statement: [
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "execute-api:Invoke",
          Resource: "execute-api:/*",
          Condition: condition,
        },
      ],
    },
  });

  it("ip_ranges denies all other addresses, and allows nobody by itself", () => {
    const template = synthesized({ ...config, allow_from: { ip_ranges: ["203.0.113.0/24", "2001:db8::/32"] } });
    template.hasResourceProperties("AWS::ApiGateway::RestApi", {
      ...denyUnless({ NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } }),
      EndpointConfiguration: { Types: ["REGIONAL"] },
    });
  });

  it("vpc_endpoints makes the API private and denies all other ways to it", () => {
    const template = synthesized({ ...config, allow_from: { vpc_endpoints: ["vpce-0a1b2c3d"] } });
    template.hasResourceProperties("AWS::ApiGateway::RestApi", {
      ...denyUnless({ StringNotEquals: { "aws:SourceVpce": ["vpce-0a1b2c3d"] } }),
      EndpointConfiguration: { Types: ["PRIVATE"] },
    });
  });

  it("names what is wrong", () => {
    expect(faultOf({ allow_from: {} })).toThrow("allow_from: must have either ip_ranges or vpc_endpoints");
    expect(faultOf({ allow_from: { ip_ranges: ["203.0.113.0"] } })).toThrow(
      "allow_from.ip_ranges[0]: must be a range of IP addresses, such as 203.0.113.0/24",
    );
  });
});

describe("auth.jwt", () => {
  const jwt = { issuer: "https://login.acme.example/", audience: "toggl-insights" };

  it("has every method ask the authorizer, and leaves no other way in", () => {
    const template = synthesized({ ...config, auth: { jwt } });
    template.allResourcesProperties("AWS::ApiGateway::Method", { AuthorizationType: "CUSTOM" });
    template.hasResourceProperties("AWS::ApiGateway::Authorizer", { Type: "TOKEN", AuthorizerResultTtlInSeconds: 300 });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { JWT_AUDIENCE: "toggl-insights", JWT_WORKSPACE_CLAIM: "workspace_id" } },
    });
  });

  it("takes no issuer in clear", () => {
    expect(faultOf({ auth: { jwt: { ...jwt, issuer: "http://login.acme.example" } } })).toThrow(
      "auth.jwt.issuer: must start with https://",
    );
  });

  it("is off", () => {
    synthesized().resourceCountIs("AWS::ApiGateway::Authorizer", 0);
    synthesized().allResourcesProperties("AWS::ApiGateway::Method", { AuthorizationType: "AWS_IAM" });
  });
});

it("access_logs has the gateway log who asked for what, without headers and query", () => {
  const template = synthesized({ ...config, access_logs: true });
  const [stage] = Object.values(template.findResources("AWS::ApiGateway::Stage"));
  const format = stage?.Properties.AccessLogSetting.Format;
  expect(JSON.parse(format)).toMatchObject({ request_id: "$context.requestId", status: "$context.status" });
  expect(format).not.toMatch(/querystring|header/i);
  template.resourceCountIs("AWS::ApiGateway::Account", 0);
});

it("web_acl_arn stands a WAF in front of the stage", () => {
  const web_acl_arn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/office/1234";
  synthesized({ ...config, web_acl_arn }).hasResourceProperties("AWS::WAFv2::WebACLAssociation", {
    WebACLArn: web_acl_arn,
  });
  synthesized().resourceCountIs("AWS::WAFv2::WebACLAssociation", 0);
  expect(faultOf({ web_acl_arn: "office" })).toThrow("web_acl_arn: must be an ARN, such as arn:aws:wafv2:");
});

it("kms_key_arn encrypts the bucket with that key, which the functions may use for what they do there", () => {
  const kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const template = synthesized({ ...config, kms_key_arn });
  template.hasResourceProperties("AWS::S3::Bucket", {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: kms_key_arn },
        },
      ],
    },
  });
  const rights = Object.values(template.findResources("AWS::IAM::Policy")).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.filter(({ Resource }: { Resource: unknown }) => Resource === kms_key_arn),
  );
  expect(new Set(rights.flatMap(({ Action }) => Action))).toEqual(new Set(["kms:Decrypt", "kms:GenerateDataKey"]));
});

it("vpc puts every function into the network, without a managed policy", () => {
  const vpc = { subnet_ids: ["subnet-0a1b2c3d"], security_group_ids: ["sg-0a1b2c3d"] };
  const template = synthesized({ ...config, vpc });
  template.allResourcesProperties("AWS::Lambda::Function", {
    VpcConfig: { SubnetIds: ["subnet-0a1b2c3d"], SecurityGroupIds: ["sg-0a1b2c3d"] },
  });
  for (const { Properties } of Object.values(template.findResources("AWS::IAM::Role"))) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});
