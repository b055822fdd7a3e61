import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodeOf, exitCodes } from "../../cli/exit-codes.ts";
import { findExportQueues } from "../../cli/export-queues.ts";
import { contentOf, deadLetters, type RedriveQueues, redrive } from "../../cli/redrive.ts";
import { localAccount } from "../../local/aws/account.ts";
import type { TemplateQueue } from "../../local/sqs/from-template.ts";
import { type LocalSqs, startSqs } from "../../local/sqs/sqs.ts";
import { misfits } from "./json-shape.ts";
import { runWords } from "./run-words.ts";

const region = "eu-central-1";
const credentials = { accessKeyId: "AKIAPERSON", secretAccessKey: "secret" };
const urlOf = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const fifo = (name: string): TemplateQueue => ({
  arn: `arn:aws:sqs:eu-central-1:123456789012:${name}`,
  url: urlOf(name),
  isFifo: true,
  contentBasedDeduplication: true,
  visibilityTimeoutSeconds: 1800,
  retentionSeconds: 1000,
});
const [exportsQueue, deadQueue] = [fifo("Exports.fifo"), fifo("DeadLetters.fifo")];

let sqs: LocalSqs;
let account: Parameters<typeof startSqs>[0]["account"];

async function start(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "redrive-"));
  sqs = await startSqs({ queues: [exportsQueue, deadQueue], directory, region, credentials, account });
  const queues = {
    endpoint: sqs.url,
    queueUrl: exportsQueue.url,
    deadLetterQueueUrl: deadQueue.url,
    signer: { region, credentials },
  };
  writeFileSync(join(directory, "running.json"), JSON.stringify({ url: "", control_url: "", queues }));
  vi.stubEnv("LOCAL_DATA_DIR", directory);
}

beforeEach(async () => {
  account = undefined;
  await start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sqs.close();
});

const queueOf = ({ arn }: TemplateQueue) => sqs.queues.get(arn) as NonNullable<ReturnType<LocalSqs["queues"]["get"]>>;
const dead = () => queueOf(deadQueue);
const back = () => queueOf(exportsQueue).messages.map(({ group, body }) => `${group} ${body}`);
const lay = (...letters: string[]) => {
  for (const letter of letters) {
    const [group, body = ""] = letter.split(" ");
    dead().send({ group, body, deduplicationId: letter });
  }
};
const inAMinute = () => ({ max: 1000, until: Date.now() + 60_000, now: () => Date.now() + 1000 });
const moveAll = async (queues?: Partial<RedriveQueues>, bounds = {}) => {
  const found = { ...(await findExportQueues(undefined)), ...queues };
  return redrive(found, { ...inAMinute(), ...bounds }, () => {});
};

describe("moving dead letters back", () => {
  it("keeps each one's group, and the order within it", async () => {
    lay("toggl/acme 1", "toggl/cafe 2", "toggl/acme 3", "event:01KAT 4");
    expect((await moveAll()).moved).toHaveLength(4);
    expect(dead().messages).toEqual([]);
    expect(back().sort()).toEqual(["event:01KAT 4", "toggl/acme 1", "toggl/acme 3", "toggl/cafe 2"]);
    expect(back().filter((one) => one.startsWith("toggl/acme"))).toEqual(["toggl/acme 1", "toggl/acme 3"]);
  });

  it("finds nothing to do where nothing lies", async () => {
    expect(await moveAll()).toEqual({ moved: [], again: [] });
  });

  it("loses nothing when the queue does not take one: what is left lies there and can be taken at once", async () => {
    lay("a 1", "b 2", "c 3");
    const queues = await findExportQueues(undefined);
    const sendBack: RedriveQueues["sendBack"] = async (letter) => {
      if (letter.group === "b") throw new Error("no");
      await queues.sendBack(letter);
    };
    await expect(moveAll({ sendBack })).rejects.toThrow("no");
    expect(back()).toEqual(["a 1"]);
    expect(dead().messages.map(({ body, hiddenUntil }) => [body, hiddenUntil <= Date.now()])).toEqual([
      ["2", true],
      ["3", true],
    ]);
  });

  it("sends nothing twice when it ended between sending and removing", async () => {
    lay("a 1");
    await expect(moveAll({ remove: () => Promise.reject(new Error("cut off")) })).rejects.toThrow("cut off");
    await moveAll();
    expect(back()).toEqual(["a 1"]);
    expect(dead().messages).toEqual([]);
  });

  it("leaves what is given up on again at once, and comes to an end", async () => {
    lay("a {}");
    const { sendBack: send } = await findExportQueues(undefined);
    let sent = 0;
    const sendBack: RedriveQueues["sendBack"] = async (letter) => {
      await send(letter);
      dead().send({ group: letter.group, body: letter.body, deduplicationId: `again ${sent++}` });
    };
    const { moved, again } = await moveAll({ sendBack });
    expect({ sent, moved: moved.length, again: again.length }).toEqual({ sent: 1, moved: 1, again: 1 });
    expect(dead().messages.map(({ hiddenUntil }) => hiddenUntil <= Date.now())).toEqual([true]);
  });

  it("takes as many as it may, and as long as it may", async () => {
    lay("a 1", "b 2", "c 3");
    expect((await moveAll({}, { max: 2 })).moved).toHaveLength(2);
    expect((await moveAll({}, { until: 0 })).moved).toHaveLength(0);
    expect(dead().messages.map(({ body, hiddenUntil }) => [body, hiddenUntil <= Date.now()])).toEqual([["3", true]]);
  });

  it.each(["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteMessage"])(
    "says that %s is missing",
    async (missing) => {
      await sqs.close();
      const arn = "arn:aws:iam::123456789012:user/person";
      const statements = [
        { Effect: "Allow", Action: "sqs:*", Resource: "*" },
        { Effect: "Deny", Action: missing, Resource: "*" },
      ] as const;
      const person = { credentials, arn, userArn: arn, policy: { name: "person", statements } };
      const administrator = { accessKeyId: "AKIAOTHER", secretAccessKey: "other" };
      const accountId = "123456789012";
      account = localAccount({ accountId, administrator, identities: [person], resourcePolicies: new Map() });
      await start();
      lay("a 1");
      const refusal = await moveAll().catch((error: unknown) => error);
      expect(exitCodeOf(refusal)).toBe(exitCodes.refused);
      expect(String(refusal)).toContain(`needs ${missing} on`);
      expect(dead().messages).toHaveLength(1);
    },
  );
});

it("prints objects of its shape with --json", async () => {
  lay("a 1", "b 2");
  for (const words of [["--dry-run"], []]) {
    const { stdout, stderr } = await runWords(["redrive", "--json", ...words]);
    expect({ stderr, misfits: misfits("redrive", stdout) }).toEqual({ stderr: "", misfits: [] });
  }
  expect(back()).toHaveLength(2);
});

describe("looking at dead letters", () => {
  it("shows them, and leaves them where and as they are", async () => {
    lay("a 1", "b 2");
    const queues = await findExportQueues(undefined);
    const found = await deadLetters(queues, inAMinute());
    expect(found.map(({ group, body }) => `${group} ${body}`)).toEqual(["a 1", "b 2"]);
    expect(await queues.count()).toBe(2);
    expect(dead().messages.every(({ hiddenUntil }) => hiddenUntil <= Date.now())).toBe(true);
    expect(back()).toEqual([]);
  });

  it.each([
    [{ schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" }, "monthly for 2026-11-03T05:00:00Z"],
    [
      { event_of: { workspace_id: 1, id: "01KAT400000000000000000000" } },
      "the event about export 01KAT400000000000000000000",
    ],
    [
      { export: { id: "01KAT400000000000000000000", workspace_id: 1, report: "trends/projects", format: "csv" } },
      "trends/projects as csv, export 01KAT400000000000000000000",
    ],
    [{ colour: "blue" }, 'not understood, and will come back: {"colour":"blue"}'],
  ])("says what %j asks for", (message, content) => {
    expect(contentOf({ body: JSON.stringify(message) })).toBe(content);
  });
});

it("takes no stack without a name", async () => {
  await expect(findExportQueues("")).rejects.toThrow("--stack must be a stack's name");
});
