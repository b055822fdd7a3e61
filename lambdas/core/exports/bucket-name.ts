/**
 * The name of an S3 bucket, held to S3's rules and to the CDK's, which take no hyphen beside a dot.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @throws Error that says what is wrong with it, as the rest of a sentence about the setting
 */
export function bucketName(value: string): string {
  const error = errorIn(value);
  if (error === undefined) return value;
  throw new Error(error);
}

const reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
const reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

function errorIn(value: string): string | undefined {
  if (/^(arn:|s3:|https?:)/i.test(value))
    return "must be the bucket's name alone, such as acme-exports, not its address";
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)) {
    return "must be a bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends";
  }
  if (/\.\.|\.-|-\./.test(value)) return "must not have two dots, or a dot and a hyphen, next to each other";
  if (/^\d+(\.\d+){3}$/.test(value)) return "must not look like an IP address: S3 has no such buckets";
  const prefix = reservedPrefixes.find((one) => value.startsWith(one));
  if (prefix) return `must not begin with ${prefix}, which S3 keeps for itself`;
  const suffix = reservedSuffixes.find((one) => value.endsWith(one));
  if (suffix) return `must not end with ${suffix}, which S3 keeps for itself`;
  return undefined;
}
