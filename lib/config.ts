import { readFileSync } from "node:fs";
import type { z } from "zod";
import { type Config, configSchema } from "./config-schema.ts";

/**
 * Reads the configuration.
 * @param file path of an `insights.config.json`
 * @throws Error that names every fault of the file, one in a line
 */
export function readConfig(file: string): Config {
  const { success, data, error } = configSchema.safeParse(parseFile(file));
  if (success) return data;
  const faults = error.issues.flatMap(faultsOf).map((fault) => `  ${fault}`);
  throw new Error([`${file} does not fit:`, ...faults].join("\n"));
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") {
      throw new Error(`${file} does not exist. Copy the insights.config.json of the repository and edit it.`);
    }
    throw new Error(`${file} cannot be read: ${error.message}`);
  }
}

function faultsOf(issue: z.core.$ZodIssue): string[] {
  const path = pathOf(issue.path);
  if (issue.code !== "unrecognized_keys") return [`${path || "the file"}: ${issue.message}`];
  return issue.keys.map((key) => `${pathOf([...issue.path, key])}: is not a setting; see insights.config.schema.json`);
}

/** Such as `workspaces[1].id`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((whole, part) => {
    if (typeof part === "number") return `${whole}[${part}]`;
    return whole ? `${whole}.${String(part)}` : String(part);
  }, "");
}
