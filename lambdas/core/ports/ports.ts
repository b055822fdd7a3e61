import type { Export } from "../../../api/export.ts";
import type { ConfiguredSchedule, ScheduleRun } from "../../../api/schedule.ts";
import type { Deadline } from "../deadline.ts";
import type { Notice } from "../exports/export-event.ts";
import type { QueueMessage } from "../exports/run-order.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Coordination } from "./coordination.ts";
import type { Current } from "./current.ts";
import type { Exports } from "./exports.ts";
import type { Toggl } from "./toggl.ts";

/** All that a function has of the world outside; `lambdas/adapters` makes it. */
interface Ports {
  readonly configuration: Configuration;
  readonly exports: Exports;
  readonly toggl: Toggl;
  readonly current: Current;
  readonly coordination: Coordination;
  readonly queue: Queue;
  readonly events: Events;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The ports that something takes, and what it uses of each, such as `Using<{ exports: "find" | "page"; clock: "now" }>`. */
export type Using<Used extends { readonly [Port in keyof Ports]?: keyof Ports[Port] }> = {
  readonly [Port in keyof Used & keyof Ports]: Pick<Ports[Port], Used[Port] & keyof Ports[Port]>;
};

/** What was deployed with the function. */
interface Configuration {
  /** The workspaces that it may ask Toggl for. */
  readonly workspaces: { has(id: number): boolean };
  /** By their names. */
  readonly schedules: ReadonlyMap<string, ConfiguredSchedule>;
  /** The OpenAPI description of the API. */
  description(): object;
}

/** The queue of the background, as who sends to it and as who works on it. */
export interface Queue {
  /** @param id tells the message from others; the same id twice within five minutes is one message */
  send(workspaceId: number, message: QueueMessage, id: string, deadline: Deadline): Promise<void>;
  /** Has the event about an export sent later, by a message that holds up no export. */
  sendEvent(record: Pick<Export, "workspace_id" | "id">, deadline: Deadline): Promise<void>;
  /** Has a message delivered again after this many seconds. */
  changeVisibility(receiptHandle: string, seconds: number, deadline: Deadline): Promise<void>;
  /** Puts a message aside, for people. */
  sendToDeadLetterQueue(message: OutgoingMessage, deadline: Deadline): Promise<void>;
}

export interface OutgoingMessage {
  readonly body: string;
  /** Messages of one group are worked on one after the other: the name of the token's secret. */
  readonly group: string;
  /** Tells this message from all others of the last five minutes. */
  readonly id: string;
}

/** What others are told. */
export interface Events {
  /** Tells programs what became of an export; tries for some seconds at most. */
  announce(record: Export, deadline: Deadline): Promise<void>;
  /** Tells programs that a run has come to an end; tries for some seconds at most. */
  announceRun(schedule: RunSchedule, run: ScheduleRun, deadline: Deadline): Promise<void>;
  /** Tells everybody who is to have it; throws if it could not. */
  notify(notice: Notice): Promise<void>;
}

/** What is said of a run's schedule. */
export type RunSchedule = Pick<ConfiguredSchedule, "name" | "workspace_id" | "report">;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: a wall clock set back would stall who waits by it. */
  monotonicNow(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
}
