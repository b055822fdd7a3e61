import { hideBin } from "yargs/helpers";
import { prepareAwsEnvironment } from "../cli/aws-environment.ts";
import { runCommandLine } from "../cli/command-line.ts";
import { endWithReader } from "../cli/output.ts";
import { version } from "../cli/version.ts";

endWithReader();
prepareAwsEnvironment();
await runCommandLine(hideBin(process.argv), version);
