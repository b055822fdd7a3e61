import { TimeZone } from "aws-cdk-lib";
import { vi } from "vitest";
import { readEnvironment } from "../../lambdas/adapters/aws/environment.ts";
import { readConfig } from "../../lib/config/config.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { configFile } from "../lib/synthesized.ts";
import { reportedCases } from "./reported-cases.ts";

const workspace = { id: 123, name: "Acme", token_secret: "toggl/acme" };
const schedule = {
  name: "monthly",
  workspace_id: 123,
  report: "profitability/projects",
  cron: "0 6 3 * ? *",
  period: "previous-month",
  parameters: { currency: "usd" },
};

/** What the setting is read as, or the lines that it is refused with. */
function read<T>(settings: object, of: (config: ReturnType<typeof readConfig>) => T): T | string[] {
  try {
    return of(readConfig(configFile({ workspaces: [workspace], ...settings })));
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

const zone = (time_zone: string) =>
  read({ schedules: [{ ...schedule, time_zone }] }, ({ schedules }) => schedules[0]?.time_zone);
const noZone = (such: string) => [
  `schedules[0].time_zone (schedule "monthly"): is no time zone; it must be an IANA name, such as ${such}`,
];

reportedCases("a time zone is IANA's, in IANA's spelling", [
  ...[
    ["europe/berlin", "Europe/Berlin", "europe/berlin in the template"],
    ["AMERICA/NEW_YORK", "America/New_York", "AMERICA/NEW_YORK in the template"],
    ["america/argentina/buenos_aires", "America/Argentina/Buenos_Aires", "as written in the template"],
    ["america/port-au-prince", "America/Port-au-Prince", "as written in the template"],
    ["asia/kolkata", "Asia/Kolkata", "as written in the template"],
    ["utc", "UTC", "a schedule of EventBridge Scheduler in the zone utc"],
    ["Etc/UTC", "UTC", "a schedule of EventBridge Scheduler"],
    ["Zulu", "UTC", "Zulu in the template"],
    ["gmt", "UTC", "gmt in the template"],
    ["US/Eastern", "America/New_York", "US/Eastern in the template"],
    ["japan", "Asia/Tokyo", "japan in the template"],
    ["etc/gmt+1", "Etc/GMT+1", "etc/gmt+1 in the template"],
    ["est5edt", "EST5EDT", "est5edt in the template"],
  ].map(([text = "", right, before = ""]) => ({ name: text, before, right, now: () => zone(text) })),
  ...[
    ["PST", "America/Los_Angeles"],
    ["ist", "Asia/Calcutta"],
    ["BST", "Asia/Dhaka"],
    ["CST", "America/Chicago"],
    ["SystemV/PST8", "Europe/Berlin"],
  ].map(([text = "", such = ""]) => ({
    name: text,
    before: "taken, in the template",
    right: noZone(such),
    now: () => zone(text),
  })),
  ...[
    ["Berlin", "Europe/Berlin"],
    ["new york", "America/New_York"],
    ["+01:00", "Europe/Berlin"],
    ["UTC+1", "Europe/Berlin"],
    ["GMT-5", "Europe/Berlin"],
    ["Europe/Bonn", "Europe/Berlin"],
    ["Europe/Berlin ", "Europe/Berlin"],
    ["Factory", "Europe/Berlin"],
    ["", "Europe/Berlin"],
  ].map(([text = "", such = ""]) => ({
    name: `"${text}"`,
    before: "refused",
    right: noZone(such),
    now: () => zone(text),
  })),
  {
    name: "every zone that the CDK knows, as it writes it",
    before: "as written",
    right: [],
    now: () =>
      Object.values(TimeZone)
        .filter((one): one is TimeZone => one instanceof TimeZone)
        .map(({ timezoneName }) => timezoneName)
        .filter((name) => !["Factory", "Etc/UTC", "Etc/GMT"].includes(name) && zone(name) !== name),
  },
]);

const notify = (...addresses: unknown[]) => read({ notify: addresses }, (config) => config.notify);
const hookOf = (chat: string) => [
  `notify[0]: is a hook of ${chat}, which never confirms a subscription, so SNS would send it nothing; name an e-mail address (channels of Slack and Teams can have one), or an https address of yours that confirms and hands on`,
];

reportedCases("who is to be told can be told, and is named once", [
  ...[
    ["https://hooks.slack.com/services/T0/B0/x", "Slack"],
    ["HTTPS://Hooks.Slack.com/services/T0/B0/x", "Slack"],
    ["https://hooks.slack-gov.com/services/T0/B0/x", "Slack"],
    ["https://acme.webhook.office.com/webhookb2/x", "Teams"],
    ["https://outlook.office.com/webhook/x", "Teams"],
    [
      "https://prod-07.westeurope.logic.azure.com:443/workflows/x/triggers/manual",
      "Teams (or another flow of Power Automate)",
    ],
    ["https://default0.environment.api.powerplatform.com/powerautomate/x", "Teams (or another flow of Power Automate)"],
    ["https://discord.com/api/webhooks/1/x", "Discord"],
    ["https://canary.discordapp.com/api/webhooks/1/x", "Discord"],
    ["https://chat.googleapis.com/v1/spaces/x/messages", "Google Chat"],
    ["https://webexapis.com/v1/webhooks/incoming/x", "Webex"],
  ].map(([text = "", chat = ""]) => ({
    name: text,
    before: "taken; SNS waits for a confirmation for ever",
    right: hookOf(chat),
    now: () => notify(text),
  })),
  {
    name: "addresses that only look alike",
    before: "taken",
    right: ["slack.com@acme.example", "https://hooks.acme.example/slack.com", "https://notslack.com/x"],
    now: () => notify("slack.com@acme.example", "https://hooks.acme.example/slack.com", "https://notslack.com/x"),
  },
  {
    name: "HTTPS://",
    before: "subscribed as an e-mail address",
    right: ["https://hooks.acme.example/toggl"],
    now: () => notify("HTTPS://hooks.acme.example/toggl"),
  },
  ...[
    ["a@acme.example", "b@acme.example", "a@acme.example"],
    ["A@Acme.example", "b@acme.example", "a@acme.example"],
    ["https://hooks.acme.example", "b@acme.example", "https://HOOKS.acme.example/"],
  ].map((addresses) => ({
    name: `${addresses[0]} and ${addresses[2]}`,
    before: addresses[0] === addresses[2] ? "a stack trace of the CDK" : "two subscriptions, each message twice",
    right: ["notify[2]: is entry 0 of the list too; name it once"],
    now: () => notify(...addresses),
  })),
  {
    name: "no address at all",
    before: "refused",
    right: ["notify[0]: must be an e-mail address or an https address"],
    now: () => notify(7),
  },
]);

/** What the configuration, a local setting and a function's variable make of an address of Toggl: one thing. */
function address(text: string): unknown {
  const configured = read({ toggl_base_url: text }, (config) => config.toggl_base_url);
  const said = (tried: () => string | undefined) => {
    try {
      return tried();
    } catch (error) {
      return (error as Error).message.split("TOGGL_BASE_URL ").at(-1);
    }
  };
  vi.stubEnv("SERVICE_NAME", "x");
  vi.stubEnv("WORKSPACE_SECRETS", "{}");
  vi.stubEnv("TOGGL_BASE_URL", text);
  const all = [
    Array.isArray(configured) ? configured.map((line) => line.replace(/^toggl_base_url: /, "")).join() : configured,
    said(() => readLocalSettings({ TOGGL_BASE_URL: text }).togglUrl),
    said(() => readEnvironment("load-trends").TOGGL_BASE_URL),
  ];
  vi.unstubAllEnvs();
  return new Set(all).size === 1 ? all[0] : all;
}

const proxy = "https://proxy.acme.example/toggl";
const lost = "must end with a host or a path: what stands behind ? or # would be lost";
const noBlanks = "must not have blanks in it";

reportedCases("Toggl's address is one thing in the configuration, a local setting and a function's variables", [
  ...[
    [" https://proxy.acme.example/toggl ", "taken with its blanks, and every call failed"],
    ["HTTPS://proxy.acme.example/toggl", "HTTPS:// in the template"],
    ["https://Proxy.ACME.example:443/toggl/", "as written, without the slash"],
    ["https://proxy.acme.example//../toggl//", "as written, without the slashes"],
  ].map(([text = "", before = ""]) => ({ name: JSON.stringify(text), before, right: proxy, now: () => address(text) })),
  {
    name: "http://127.0.0.1:4000/",
    before: "http://127.0.0.1:4000",
    right: "http://127.0.0.1:4000",
    now: () => address("http://127.0.0.1:4000/"),
  },
  ...[
    ["https://proxy.acme.example?to=toggl", lost],
    ["https://proxy.acme.example/toggl?", lost],
    ["https://proxy.acme.example/toggl#top", lost],
    ["https://proxy.acme.example/#", lost],
    ["https://proxy.acme.example/to ggl", noBlanks],
    ["https://proxy.acme\n.example", noBlanks],
    [
      "https://user:secret@proxy.acme.example",
      "must not have a name or password in it: everybody who sees it would know",
    ],
  ].map(([text = "", right = ""]) => ({
    name: JSON.stringify(text),
    before: "taken; paths were put behind it",
    right,
    now: () => address(text),
  })),
  ...["proxy.acme.example", "//proxy.acme.example", "https://"].map((text) => ({
    name: text,
    before: "refused",
    right: "must be an absolute URL, such as https://api.track.toggl.com",
    now: () => address(text),
  })),
  ...["http://proxy.acme.example", "ftp://proxy.acme.example"].map((text) => ({
    name: text,
    before: "refused",
    right: "must start with https:// (plain http is for the loopback only)",
    now: () => address(text),
  })),
]);

const key = (kms_key_arn: string) => read({ kms_key_arn }, (config) => config.kms_key_arn);
const ofKeys = "arn:aws:kms:eu-central-1:123456789012";

reportedCases("a KMS key is named by the ARN that rights can be given for", [
  ...[`${ofKeys}:alias/exports`, `${ofKeys}:key`, `${ofKeys}:key/`].map((text) => ({
    name: text,
    before:
      text.endsWith("key") || text.endsWith("/") ? "taken" : "taken; the grants named nothing, and every file failed",
    right: [
      `kms_key_arn: must be the ARN of a key, such as ${ofKeys}:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias is no name that rights can be given for`,
    ],
    now: () => key(text),
  })),
  {
    name: "a key of several regions",
    before: "taken",
    right: `${ofKeys}:key/mrk-1234abcd12ab34cd56ef1234567890ab`,
    now: () => key(`${ofKeys}:key/mrk-1234abcd12ab34cd56ef1234567890ab`),
  },
]);
