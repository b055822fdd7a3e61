import { BlockList, isIPv6 } from "node:net";

/** By operator such as `StringEquals`, then by key: what the key must be. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;

type Value = string | number | boolean;
type ConditionValue = Value | readonly Value[];

/** What is known of a request, by key: a list where AWS's key has several values, even if it is but one. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Keys that the local services know, in small letters: whoever writes a condition on another hears of it. */
const knownKeys = new Set(
  [
    ...["aws:PrincipalArn", "aws:PrincipalAccount", "aws:SecureTransport", "aws:SourceIp"],
    ...["aws:SourceAccount", "aws:SourceArn"],
    ...["s3:authType", "s3:signatureAge", "s3:signatureversion", "s3:TlsVersion"],
    ...["s3:prefix", "s3:delimiter", "s3:max-keys"],
    ...["events:source", "events:detail-type"],
  ].map((key) => key.toLowerCase()),
);

type Compare = (expected: string, actual: string) => boolean;

const compares: Readonly<Record<string, Compare>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringEqualsIgnoreCase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  StringLike: (expected, actual) => matches(expected, actual),
  NumericEquals: (expected, actual) => Number(actual) === Number(expected),
  NumericLessThan: (expected, actual) => Number(actual) < Number(expected),
  NumericLessThanEquals: (expected, actual) => Number(actual) <= Number(expected),
  NumericGreaterThan: (expected, actual) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (expected, actual) => Number(actual) >= Number(expected),
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  IpAddress: isInRange,
  ArnEquals: arnMatches, // IAM treats both alike
  ArnLike: arnMatches,
};

/** Operators that are the opposite of another: none of the values may fit. */
const negated: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** What an operator's values look like, by the beginning of its name; of others they are any text. */
const values: readonly [operator: RegExp, values: RegExp][] = [
  [/^Numeric/, /^-?\d+(\.\d+)?$/],
  [/^(Bool|Null)/, /^(true|false)$/i],
  [/^IpAddress/, /^[\da-f.:]+(\/\d+)?$/i],
  [/^Arn/, /^arn(:[^:]+){2}(:[^:]*){2}:./],
];

interface Operator {
  readonly compare: Compare | "Null";
  readonly isValue: RegExp;
  readonly isNegated: boolean;
  readonly quantifier: string | undefined;
  readonly ifExists: boolean;
}

/** @throws Error that names an operator, a key or a value that is not known here */
export function refuseUnknown(conditions: Conditions): void {
  for (const [operator, byKey] of Object.entries(conditions)) {
    const { isValue } = operatorOf(operator);
    for (const [key, value] of Object.entries(byKey)) {
      if (!knownKeys.has(key.toLowerCase())) throw new Error(`The condition key ${key} is not known here.`);
      const unfit = texts(value).find((text) => !isValue.test(text));
      if (unfit !== undefined) throw new Error(`The value ${unfit} is nothing that ${operator} is known to compare.`);
      const variable = texts(value).find((text) => text.includes("${"));
      if (variable) throw new Error(`Variables of policies are not known here: ${variable}`);
    }
  }
}

/** Whether every condition holds. */
export function conditionsHold(conditions: Conditions, context: Context): boolean {
  if (Object.keys(conditions).length === 0) return true;
  refuseUnknown(conditions);
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(conditions).every(([operator, byKey]) =>
    Object.entries(byKey).every(([key, value]) =>
      holds(operatorOf(operator), texts(value), known.get(key.toLowerCase())),
    ),
  );
}

function operatorOf(text: string): Operator {
  const [, quantifier, name = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const isNegated = name in negated;
  const positive = negated[name] ?? name;
  const compare = name === "Null" ? name : compares[positive];
  if (!compare) throw new Error(`The condition operator ${text} is not known here.`);
  const [, isValue = /^/] = values.find(([which]) => which.test(positive)) ?? [];
  return { compare, isValue, isNegated, quantifier, ifExists: ifExists !== undefined };
}

function holds(
  { compare, isNegated, quantifier, ifExists }: Operator,
  expected: readonly string[],
  actual: Context[string],
): boolean {
  const isAbsent = actual === undefined || (Array.isArray(actual) && actual.length === 0);
  const isEmpty = isAbsent || actual.length === 0; // IAM's guide: a set operator takes an empty text for no value
  if (compare === "Null") return expected.some((text) => (text.toLowerCase() === "true") === isEmpty);
  const fits = (value: string) => expected.some((one) => compare(one, value)) !== isNegated;
  if (quantifier === "ForAllValues") return isEmpty || [actual].flat().every(fits);
  // Without a value it does not hold, IfExists or not: https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w
  if (quantifier === "ForAnyValue") return !isEmpty && [actual].flat().some(fits);
  if (isAbsent) return ifExists || isNegated;
  if (typeof actual === "string") return fits(actual);
  // AWS's guide has a key of several values compared with ForAllValues or ForAnyValue only; a plain operator never fits.
  if (!isNegated) return false;
  throw new Error("What a negated operator makes of a key with several values is not known here.");
}

/** `*` stands for any characters, slashes too; `?` for one. */
export function matches(pattern: string, text: string): boolean {
  const expression = expressions.get(pattern) ?? expressionOf(pattern);
  expressions.set(pattern, expression);
  return expression.test(text);
}

/** Of each pattern that was asked: policies have few, and every call to a local service asks many of them. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

/** Compares ARNs part by part: a `*` does not reach over a colon, but in the last part, the resource. */
export function arnMatches(pattern: string, arn: string): boolean {
  const [wanted, given] = [pattern, arn].map((text) => {
    const parts = text.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  });
  return wanted?.every((part, at) => matches(part, given?.[at] ?? "")) ?? false;
}

function isInRange(range: string, address: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if (isIPv6(address) !== (family === "ipv6")) return false;
  const list = new BlockList();
  list.addSubnet(network, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  return list.check(address, family);
}

function texts(value: ConditionValue): string[] {
  return [value].flat().map(String);
}
