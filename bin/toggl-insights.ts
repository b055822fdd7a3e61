import { hideBin } from "yargs/helpers";
import { runCommandLine } from "../cli/command-line.ts";
import { endWithReader } from "../cli/output.ts";
import settings from "../package.json" with { type: "json" };

endWithReader();
await runCommandLine(hideBin(process.argv), settings.version);
