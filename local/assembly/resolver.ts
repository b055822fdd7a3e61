import type { Template } from "./template.ts";

/** What a template cannot know: where it runs, and the names that CloudFormation would make up. */
interface Surroundings {
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  /** Physical names by logical id, for those that are not made up here. */
  readonly names: Readonly<Record<string, string>>;
}

/** Replaces CloudFormation's functions by what they stand for. */
export type Resolve = (value: unknown) => unknown;

/**
 * Resolves what the CDK writes: Ref, Fn::GetAtt (Arn and the like), Fn::Join, Fn::Sub.
 * The returned function throws an Error that names what it does not know.
 */
export function resolver(template: Template, surroundings: Surroundings): Resolve {
  const { region, accountId, stackName, names } = surroundings;
  const pseudo: Record<string, string> = {
    "AWS::Region": region,
    "AWS::AccountId": accountId,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stackName,
  };

  const nameOf = (id: string): string => names[id] ?? givenName(id) ?? `${stackName}-${id}`.toLowerCase();
  const givenName = (id: string): string | undefined => {
    const { Type, Properties } = template.Resources[id] ?? {};
    return Type === "AWS::S3::Bucket" && Properties?.BucketName !== undefined
      ? String(Properties.BucketName)
      : undefined;
  };
  const arnOf = (id: string, type: string): string => {
    const service = type.split("::")[1]?.toLowerCase();
    if (type === "AWS::S3::Bucket") return `arn:aws:s3:::${nameOf(id)}`;
    if (type === "AWS::IAM::Role") return `arn:aws:iam::${accountId}:role/${nameOf(id)}`;
    return `arn:aws:${service}:${region}:${accountId}:${resourcePrefixes[type] ?? ""}${nameOf(id)}${suffixOf(id)}`;
  };
  const suffixOf = (id: string) => {
    const { Type, Properties } = template.Resources[id] ?? {};
    if (Type === "AWS::Logs::LogGroup") return ":*"; // its streams, as CloudFormation's reference says
    return Properties?.FifoQueue === true ? ".fifo" : "";
  };
  const ref = (id: string): string => {
    const known = pseudo[id] ?? names[id];
    if (known !== undefined) return known;
    const type = template.Resources[id]?.Type;
    if (!type) throw new Error(`The template refers to ${id}, which it does not have.`);
    if (type === "AWS::SNS::Topic") return arnOf(id, type);
    if (type === "AWS::ApiGateway::Stage") return String(template.Resources[id]?.Properties?.StageName);
    if (type !== "AWS::SQS::Queue") return nameOf(id);
    return `https://sqs.${region}.amazonaws.com/${accountId}/${nameOf(id)}${suffixOf(id)}`;
  };
  const attribute = (id: string, name: string): string => {
    const type = template.Resources[id]?.Type;
    if (!type) throw new Error(`The template wants ${name} of ${id}, which it does not have.`);
    return name === "Arn" ? arnOf(id, type) : `${arnOf(id, type)}/${name}`;
  };
  const substitute = (text: string): string =>
    text.replaceAll(/\$\{([^!.}]+)(?:\.([^}]+))?\}/g, (_, id, name) => (name ? attribute(id, name) : ref(id)));

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
    if (others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) return call(name, argument);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  const call = (name: string, argument: unknown): unknown => {
    if (name === "Ref" && typeof argument === "string") return ref(argument);
    if (name === "Fn::GetAtt" && Array.isArray(argument)) return attribute(argument[0], argument[1]);
    if (name === "Fn::Sub" && typeof argument === "string") return substitute(argument);
    if (name === "Fn::Join" && Array.isArray(argument)) {
      const [separator, parts] = argument;
      return (resolve(parts) as unknown[]).join(separator);
    }
    throw new Error(`The template uses ${name} in a way that is not known here: ${JSON.stringify(argument)}`);
  };
  return resolve;
}

/** What stands before the name in an ARN, where something does: policies are about it. */
const resourcePrefixes: Readonly<Record<string, string>> = {
  "AWS::Events::Rule": "rule/",
  "AWS::Lambda::Function": "function:",
  "AWS::Logs::LogGroup": "log-group:",
  "AWS::Scheduler::Schedule": "schedule/default/",
};
