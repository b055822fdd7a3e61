import { count } from "../wording.ts";

/** What a backfill would do, as the console's server works it out. */
export interface BackfillPlan {
  readonly periods: number;
  readonly not_over: number;
  readonly there_already: number;
  /** One for each file: the price. */
  readonly requests: number;
  readonly occurrences: readonly {
    readonly occurrence: string;
    readonly start_date: string;
    readonly end_date: string;
    readonly export_ids: readonly string[];
  }[];
}

/** Toggl requests an hour of the plans that have Insights. */
const hourlyQuota = 600;

/** The price of a backfill in a sentence or two. */
export function priceSentence({ periods, not_over, there_already, requests }: BackfillPlan): string {
  if (periods === 0) return "No whole period lies between these days.";
  const parts = [count(periods, "period")];
  if (there_already > 0) parts.push(`${there_already} of them there already`);
  if (not_over > 0)
    parts.push(`${not_over} more ${not_over === 1 ? "is not over yet and is" : "are not over yet and are"} left out`);
  if (requests === 0) return `${parts.join(", ")}. There is nothing to make.`;
  const share = requests / hourlyQuota;
  const cost =
    share <= 1 ? `${Math.max(1, Math.round(share * 100))} % of an hour's quota` : `${share.toFixed(1)} hours of quota`;
  return `${parts.join(", ")}. The rest costs ${count(requests, "Toggl request")}: ${cost} (${hourlyQuota} an hour on Premium and Enterprise).`;
}
