/** A call earns so much of a retry: over time a tenth of the calls are asked again, whatever Toggl's state. */
const earnedByCall = 0.1;

/** A quiet instance has so many retries at hand. */
const most = 10;

/** Keeps an outage at Toggl from multiplying what the customer's quota pays for. */
export interface RetryBudget {
  /** To be told of every call. */
  earn(): void;
  /** Takes one retry; false if none is left. */
  spend(): boolean;
}

export function retryBudget(): RetryBudget {
  let left = most;
  return {
    earn() {
      left = Math.min(most, left + earnedByCall);
    },
    spend() {
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
