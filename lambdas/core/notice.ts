import { shortened } from "./bounded.ts";
import { plainText } from "./plain-text.ts";

/** What is sent to people. */
export interface Notice {
  /** ASCII, 1 to 99 characters on one line. */
  readonly subject: string;
  /** On one line; never empty, below SNS's 262,144 bytes. */
  readonly message: string;
}

/** What a notice takes of an event; anybody in the account can put events, so none of it need be text. */
export interface NoticedEvent {
  readonly "detail-type"?: unknown;
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** SNS wants less than 100 characters (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const maxSubject = 99;

/** Three bytes at most for each UTF-16 unit: 240,000 of SNS's 262,144. */
const maxMessage = 80_000;

const sender = "Toggl Insights";

/** The mail about an event: its `summary` as it is, and a subject such as `Toggl Insights: export failed, monthly-usd`. */
export function noticeOf({ "detail-type": type, detail }: NoticedEvent): Notice {
  const { summary, schedule, report, format } = detail ?? {};
  const whose = asciiLine(schedule) || [report, format].map(asciiLine).filter(Boolean).join(" as ");
  const what = [asciiLine(type).toLowerCase(), whose].filter(Boolean).join(", ");
  const subject = cutAtWord([sender, what].filter(Boolean).join(": "), maxSubject);
  return { subject, message: shortened(messageLine(summary), maxMessage) || subject };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** One line in UTF-8, which half a pair of surrogates is not. */
function messageLine(value: unknown): string {
  return plainText(textOf(value))
    .replaceAll(/\p{Surrogate}/gu, "\ufffd")
    .trim();
}

/** One line of ASCII: letters without their accents, and without what has no such letter. */
function asciiLine(value: unknown): string {
  const ascii = plainText(textOf(value))
    .normalize("NFKD")
    .replaceAll(/[^ -~]/g, "");
  return ascii.replaceAll(/ +/g, " ").trim();
}

function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const mark = "...";
  const blank = text.lastIndexOf(" ", max - mark.length);
  const end = blank > sender.length + 1 ? blank : max - mark.length;
  return text.slice(0, end).replace(/[,: ]+$/, "") + mark;
}
