import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openApiFile, schedulesFile } from "../contract.ts";
import type { Schedule } from "../core/schedule.ts";
import { codeFolder } from "./environment.ts";

/** The configuration's schedules by name, as they were when the stack was synthesized. */
export function readSchedules(): ReadonlyMap<string, Schedule> {
  const schedules: Schedule[] = JSON.parse(readFileSync(join(codeFolder(), schedulesFile), "utf8"));
  return new Map(schedules.map((schedule) => [schedule.name, schedule]));
}

/** The OpenAPI description of the API, as it was when the stack was synthesized. */
export function readDescription(): object {
  return JSON.parse(readFileSync(join(codeFolder(), openApiFile), "utf8"));
}
