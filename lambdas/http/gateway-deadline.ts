import type { Deadline } from "../core/deadline.ts";
import { deadlineAt } from "./deadline-at.ts";

/**
 * API Gateway gives up after 29 s; until then our own answer, and the time to send it, must be through
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
 */
const patienceMs = 25_000;

/** A late start leaves at least this much, so that what is cached or wrong is still answered properly. */
const leastMs = 1000;

/**
 * Until when a request must be answered: counted from its arrival at the gateway, since a cold start is part of the
 * caller's wait.
 * @param arrivedAt milliseconds since 1970
 */
export function deadlineOf(arrivedAt: number, now: number): Deadline {
  const endsAt = Math.min(Math.max(arrivedAt + patienceMs, now + leastMs), now + patienceMs);
  return deadlineAt(endsAt, now);
}
