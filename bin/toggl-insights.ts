import { hideBin } from "yargs/helpers";
import { runCommandLine } from "../cli/command-line.ts";
import { endWithReader } from "../cli/output.ts";
import settings from "../package.json" with { type: "json" };

endWithReader();
// the SDK would warn of Node 20 in six lines; that the command runs on it is tested
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
await runCommandLine(hideBin(process.argv), settings.version);
