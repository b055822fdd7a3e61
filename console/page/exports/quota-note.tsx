import { useEffect, useState } from "preact/hooks";
import type { Export } from "../../../api/export.ts";
import { newestQuota, quotaSentence } from "./quota.ts";

/** The quota, with how long it takes until it is filled up. */
export function QuotaNote({ exports }: { exports: readonly Export[] }) {
  const [now, setNow] = useState(() => Date.now());
  const quota = newestQuota(exports, now);
  const isCounting = quota?.resetsAt !== undefined && Date.parse(quota.resetsAt) > now;
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isCounting]);
  return quota ? <p class="quota">{quotaSentence(quota, now)}</p> : null;
}
