import { hideBin } from "yargs/helpers";
import { runCommandLine } from "../cli/command-line.ts";
import settings from "../package.json" with { type: "json" };

await runCommandLine(hideBin(process.argv), settings.version);
