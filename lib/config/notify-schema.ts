import * as z from "zod";

/** Hosts of chats whose hooks take messages of their own form, and never answer SNS's request to confirm. */
const chats: readonly [host: RegExp, chat: string][] = [
  [/(^|\.)slack(-gov)?\.com$/, "Slack"],
  [/(^|\.)(webhook\.office|outlook\.office|outlook\.office365)\.com$/, "Teams"],
  [/(^|\.)(logic\.azure\.(com|us)|powerplatform\.com)$/, "Teams (or another flow of Power Automate)"],
  [/(^|\.)(discord|discordapp)\.com$/, "Discord"],
  [/^chat\.googleapis\.com$/, "Google Chat"],
  [/(^|\.)webexapis\.com$/, "Webex"],
];

const address = z
  .union([z.email(), z.url({ protocol: /^https$/ })], "must be an e-mail address or an https address")
  .superRefine((text, context) => {
    const chat = isUrl(text) && chats.find(([host]) => host.test(new URL(text).hostname))?.[1];
    if (!chat) return;
    const message = `is a hook of ${chat}, which never confirms a subscription, so SNS would send it nothing; name an e-mail address (channels of Slack and Teams can have one), or an https address of yours that confirms and hands on`;
    context.addIssue({ code: "custom", message });
  })
  .overwrite((text) => text.replace(/^https:/i, "https:"));

/** Who is sent the stack's notices: e-mail and https addresses, each once. */
export const notifyAddresses = z.array(address).superRefine((addresses, context) => {
  const plain = addresses.map((text) => (isUrl(text) ? new URL(text).href : text.toLowerCase()));
  plain.forEach((text, index) => {
    const first = plain.indexOf(text);
    if (first === index) return;
    context.addIssue({ code: "custom", path: [index], message: `is entry ${first} of the list too; name it once` });
  });
});

function isUrl(text: string): boolean {
  return /^https:/i.test(text) && URL.canParse(text);
}
