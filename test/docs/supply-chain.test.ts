import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { builtFunctions } from "../../lib/constructs/built-functions.ts";

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const lock: { packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }> } = JSON.parse(
  readFileSync("package-lock.json", "utf8"),
);

/** How the list of runtime dependencies calls what has another name there. */
const calledOtherwise: Record<string, RegExp> = {
  "@aws-lambda-powertools/logger": /Powertools for AWS Lambda/,
  "@aws-lambda-powertools/metrics": /Powertools for AWS Lambda/,
  "@aws-sdk/client-eventbridge": /EventBridge/,
  "@aws-sdk/client-s3": /S3/,
  "@aws-sdk/client-secrets-manager": /Secrets Manager/,
  "@aws-sdk/client-sns": /SNS/,
  "@aws-sdk/client-sqs": /SQS/,
  "@aws-sdk/credential-provider-env": /source of credentials/,
  "@aws-sdk/s3-request-presigner": /presigner/,
};

it("has a reason in docs/ARCHITECTURE.md for each runtime dependency, and pins each version", () => {
  const reasons =
    /^Runtime dependencies, all bundled: (.*)$/m.exec(readFileSync("docs/ARCHITECTURE.md", "utf8"))?.[1] ?? "";
  for (const [name, version] of Object.entries(dependencies)) {
    expect(reasons).toMatch(calledOtherwise[name] ?? new RegExp(`\`${name}\``));
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

it("bundles nothing that is only there for development", () => {
  const sources = Object.values(builtFunctions()).flatMap((one) => one.sources);
  const packages = new Set(sources.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  expect(packages.size).toBeGreaterThan(20);
  expect([...packages].filter((path) => lock.packages[path]?.dev !== undefined)).toEqual([]);
});

it("deploys nothing that runs a script when it is installed", () => {
  const scripted = Object.entries(lock.packages).filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev);
  expect(scripted).toEqual([]);
});

it("writes a bill of materials in CycloneDX of what is deployed, and of nothing else", () => {
  const bill = JSON.parse(execFileSync("npm", ["run", "--silent", "sbom"], { encoding: "utf8", stdio: "pipe" }));
  const names = bill.components.map(({ group, name }: { group?: string; name: string }) =>
    group ? `${group}/${name}` : name,
  );
  expect(bill.bomFormat).toBe("CycloneDX");
  for (const name of Object.keys(dependencies)) expect(names).toContain(name);
  expect(names).not.toContain("aws-cdk-lib");
});
