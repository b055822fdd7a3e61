import * as z from "zod";
import { httpsUrl } from "../../lambdas/contract.ts";
import { mustParse } from "./parsed-setting.ts";

/** The part of an ARN that every service writes alike. */
const arnOf = (service: string, example: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:.+$`), `must be an ARN, such as ${example}`);

const addressRange = z.union([z.cidrv4(), z.cidrv6()], "must be a range of IP addresses, such as 203.0.113.0/24");

const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be an id, such as ${prefix}-0a1b2c3d4e5f60718`);

const vpc = z.strictObject({
  subnet_ids: z.array(idOf("subnet")).min(1).max(16, "must be at most 16 subnets: Lambda takes no more"),
  security_group_ids: z.array(idOf("sg")).min(1).max(5, "must be at most 5 security groups: Lambda takes no more"),
});

const jwt = z.strictObject({
  issuer: z
    .string()
    .superRefine(mustParse(httpsUrl))
    .describe("An OpenID Connect issuer, as its tokens name it in iss."),
  audience: z.string().min(1).describe("What a token must name in aud."),
  workspace_claim: z
    .string()
    .min(1)
    .default("workspace_id")
    .describe("The claim that names the workspaces that a caller may call: an id or a list of ids."),
});

/** Settings: which callers, from where, and with which keys. All are optional, and what costs something is off by default. */
export const accessSettings = {
  auth: z
    .strictObject({ jwt })
    .optional()
    .describe("How callers show who they are. Without it: by AWS Signature Version 4 of an AWS identity."),
  allow_from: z
    .strictObject({
      ip_ranges: z.array(addressRange).min(1).optional().describe("Addresses, such as 203.0.113.0/24."),
      vpc_endpoints: z.array(idOf("vpce")).min(1).optional().describe("VPC endpoints; the API becomes a private one."),
    })
    .refine(({ ip_ranges, vpc_endpoints }) => !ip_ranges !== !vpc_endpoints, {
      message: "must have either ip_ranges or vpc_endpoints: a private API has no other addresses",
    })
    .optional()
    .describe("Where calls may come from. Without it: from anywhere, signed."),
  access_logs: z
    .boolean()
    .default(false)
    .describe("Has API Gateway log every call. The account must have set a CloudWatch role for API Gateway before."),
  web_acl_arn: arnOf("wafv2", "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/name/id")
    .optional()
    .describe("A WAF web ACL to stand in front of the API. WAF costs some dollars a month."),
  kms_key_arn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
      "must be the ARN of a key, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias is no name that rights can be given for",
    )
    .optional()
    .describe("A KMS key of your own to encrypt exports with. Without it S3's own keys do it, which cost nothing."),
  vpc: vpc.optional().describe("Subnets and security groups to run the functions in. They need a way out to Toggl."),
};
