import { Bucket } from "aws-cdk-lib/aws-s3";
import { expect, it } from "vitest";
import { readConfig } from "../../lib/config/config.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { config, configFile } from "../lib/synthesized.ts";
import { reportedCases } from "./reported-cases.ts";

const address = "must be the bucket's name alone, such as acme-exports, not its address";
const form =
  "must be a bucket's name: 3 to 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends";
const dots = "must not have two dots, or a dot and a hyphen, next to each other";

/** What the environment's EXPORTS_BUCKET gave before: any name of these characters was taken. */
const names: [name: string, before: string, right: string][] = [
  ["acme-exports", "taken", "taken"],
  ["togglinsights-exportsbucket5a12738b-1q2w3e4r5t6y", "taken", "taken"],
  ["a.b", "taken", "taken"],
  [`a${"b".repeat(62)}`, "taken", "taken"],
  ["ab", "refused", form],
  [`a${"b".repeat(63)}`, "refused", form],
  ["", "the stack's own", form],
  ["Acme-Exports", "refused", form],
  ["acme_exports", "refused", form],
  ["-acme", "refused", form],
  ["acme.", "refused", form],
  ["acme exports", "refused", form],
  ["acme-exports\n", "refused", form],
  ["größe", "refused", form],
  ["acme/exports", "refused", form],
  ["arn:aws:s3:::acme-exports", "refused", address],
  ["s3://acme-exports", "refused", address],
  ["https://acme-exports.s3.amazonaws.com", "refused", address],
  ["acme..exports", "taken", dots],
  ["acme.-exports", "taken", dots],
  ["acme-.exports", "taken", dots],
  ["192.168.5.4", "taken", "must not look like an IP address: S3 has no such buckets"],
  ["xn--acme", "taken", "must not begin with xn--, which S3 keeps for itself"],
  ["sthree-acme", "taken", "must not begin with sthree-, which S3 keeps for itself"],
  ["amzn-s3-demo-acme", "taken", "must not begin with amzn-s3-demo-, which S3 keeps for itself"],
  ["acme-s3alias", "taken", "must not end with -s3alias, which S3 keeps for itself"],
  ["acme--ol-s3", "taken", "must not end with --ol-s3, which S3 keeps for itself"],
  ["acme.mrap", "taken", "must not end with .mrap, which S3 keeps for itself"],
  ["acme--use1-az4--x-s3", "taken", "must not end with --x-s3, which S3 keeps for itself"],
  ["acme--table-s3", "taken", "must not end with --table-s3, which S3 keeps for itself"],
];

const inConfiguration = (exports_bucket: unknown) => {
  try {
    return readConfig(configFile({ ...config, exports_bucket })).exports_bucket === exports_bucket && "taken";
  } catch (error) {
    return /\n {2}exports_bucket: (.*)$/.exec(String(error))?.[1];
  }
};
const inEnvironment = (EXPORTS_BUCKET: string) => {
  try {
    return readLocalSettings({ EXPORTS_BUCKET }).bucketName === EXPORTS_BUCKET && "taken";
  } catch (error) {
    return /\n {2}EXPORTS_BUCKET (.*)$/.exec(String(error))?.[1];
  }
};

reportedCases(
  "names that are no bucket's, in exports_bucket and in EXPORTS_BUCKET",
  names.map(([name, before, right]) => ({
    name: JSON.stringify(name),
    before,
    right: [right, name === "" ? false : right],
    now: () => [inConfiguration(name), inEnvironment(name)],
  })),
);

it("refuses what is no text at all, by the name of the setting", () => {
  for (const wrong of [null, 1, true, ["acme-exports"], {}]) expect(inConfiguration(wrong)).toMatch(/must be a text/);
});

it("takes no name that the CDK would end the synthesis for", () => {
  for (const [name, , right] of names.filter(([, , one]) => one === "taken")) {
    expect(() => Bucket.validateBucketName(name), `${name}: ${right}`).not.toThrow();
  }
});
