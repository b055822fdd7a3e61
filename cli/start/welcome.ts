import { settingsToPaste } from "../running.ts";
import type { Local } from "./start-local.ts";

/** What a newcomer sees first: where it runs, and three lines to paste. */
export function welcome(local: Local): string {
  const { url, consoleUrl, toggl, s3Url, bucket, settings, workspaceId, schedules } = local;
  const where =
    settings.s3Url === undefined ? `files in ${settings.dataDirectory}/s3/${bucket}` : `files in ${bucket} at ${s3Url}`;
  const source = toggl.isSimulated ? `a Toggl simulator at ${toggl.url}` : `Toggl at ${toggl.url}`;
  const { firstDay, lastDay } = lastMonth();
  const body = `{"currency":"usd","start_date":"${firstDay}","end_date":"${lastDay}"}`;
  const workspace = `${url}/workspace/${workspaceId}`;
  const curl = `curl -s${signing(local)}`;
  return `
Toggl Insights is ready at ${url}
with ${source}, ${where}

See it in the browser: ${consoleUrl}
Read what the API can do: ${url}/docs

Make a report of last month and follow its link:
  ${curl} ${workspace}/profitability/projects.csv -d '${body}'

See what was made, newest first:
  ${curl} ${workspace}/exports

Project data trends as JSON:
  ${curl} ${workspace}/data_trends/projects -d '{"start_date":"${firstDay}","end_date":"${lastDay}"}'
${bucketHint(local)}${scheduleHint(schedules)}${callersHint(local)}
Ctrl-C stops it.
`;
}

function bucketHint({ s3Url, bucket, readKey, settings: { region } }: Local): string {
  if (!readKey) return "";
  const { accessKeyId, secretAccessKey } = readKey;
  const key = `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
  return `
Look into its bucket with a key that only reads (rclone, DuckDB and others: docs/local.md):
  AWS_ENDPOINT_URL_S3=${s3Url} AWS_REGION=${region} ${key} aws s3 ls s3://${bucket} --recursive
`;
}

function scheduleHint([first]: Local["schedules"]): string {
  if (!first) return "";
  return `
Fire a schedule, in another terminal, without waiting for its time:
  ${settingsToPaste()}npm run tick -- --schedule ${first.name}
`;
}

/** What makes curl sign, as the caller who may do everything in the workspace. */
function signing({ callers, settings: { region } }: Local): string {
  const [caller] = callers ?? [];
  if (!caller) return "";
  return ` --aws-sigv4 aws:amz:${region}:execute-api --user ${caller.accessKeyId}:${caller.secretAccessKey}`;
}

function callersHint({ callers = [] }: Local): string {
  if (callers.length === 0) return "";
  const lines = callers.map(
    ({ name, accessKeyId, secretAccessKey }) => `  ${name.padEnd(16)}  ${accessKeyId}:${secretAccessKey}`,
  );
  return `
Callers sign, and may do what their policies say (docs/security.md):
${lines.join("\n")}
`;
}

function lastMonth(): { firstDay: string; lastDay: string } {
  const now = new Date();
  const [year, month] = [now.getFullYear(), now.getMonth()];
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return { firstDay: day(new Date(Date.UTC(year, month - 1, 1))), lastDay: day(new Date(Date.UTC(year, month, 0))) };
}
