import { existsSync } from "node:fs";
import { readConfig } from "../lib/config/config.ts";
import type { Config } from "../lib/config/config-schema.ts";

/** Where this folder's configuration is. */
const configFile = () => process.env.INSIGHTS_CONFIG ?? "insights.config.json";

/**
 * This folder's configuration.
 * @throws ConfigError that says what is wrong with it
 */
export const ownConfig = (): Config => readConfig(configFile());

/** The same, where there is one. */
export const ownConfigIfAny = (): Config | undefined => (existsSync(configFile()) ? ownConfig() : undefined);
