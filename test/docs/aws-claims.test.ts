import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pages } from "./shell-blocks.ts";

/** A page's paragraphs, list items and table rows, without what is shown in blocks. */
function partsOf(page: string): string[] {
  const prose = readFileSync(page, "utf8").replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return prose.split(/\n(?=\s*(?:\n|\||- |\d\. ))/).map((part) => part.trim());
}

const services =
  "AWS|S3|SQS|SNS|Lambda|API Gateway|EventBridge(?: Scheduler)?|Scheduler|CloudWatch|CloudFormation|Secrets Manager|IAM|EC2|Athena";

/** A sentence in which a service of AWS's does something by itself: "S3 answers with 403". */
const claim = new RegExp(
  `(?:^|[^\\w'’/-])(?:${services}) (?:also |never )?(?!(?:is|has|as|functions|keys|identities|looks)\\b)[a-z]+s\\b`,
);

/** What the template or a command of ours has a service do, which tests hold. */
const ours = [
  /EventBridge puts `\{"schedule","occurrence"\}` on a queue/,
  /EventBridge takes (?:it|no events)/,
  /API Gateway checks bodies where `"validate_at_gateway": true` asks for it/,
  /EventBridge's rules send to the queues/,
  /An event that EventBridge does not take within ten seconds holds nothing up/,
  /S3 keeps its client/,
  /Node's own `fetch` goes by no proxy/,
  /the AWS identity may not do it/,
  /sees that AWS takes your credentials/,
  /Lambda sends its failures to the queue/,
];

it("cites AWS, or somebody who saw it, or says untried, wherever a page says what a service of AWS's does", () => {
  const bare = pages.flatMap((page) =>
    partsOf(page)
      .filter(
        (part) => claim.test(part) && !/\]\(https:\/\/|\(.*untried\)/.test(part) && !ours.some((one) => one.test(part)),
      )
      .map((part) => `${page}: ${part}`),
  );
  expect(bare).toEqual([]);
});

it("is found where it has no source", () => {
  expect(claim.test("Then S3 answers with 403.")).toBe(true);
  expect(claim.test("A rule of EventBridge is made.")).toBe(false);
});

it("has one word for what nobody tried on an account, and says once what that means", () => {
  const others = /(?:not|never|nobody)(?: \w+)? (?:been )?tried on (?:AWS|an account)|Untried on/;
  expect(pages.filter((page) => others.test(readFileSync(page, "utf8")))).toEqual([]);
  expect(readFileSync("docs/deploy.md", "utf8")).toContain("**(untried)** behind a sentence means");
});
