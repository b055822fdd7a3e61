import { stageSuffix } from "../../lib/stage-suffix.ts";
import { ownConfig } from "../own-config.ts";

/** Which stack a command is about. */
interface StackTarget {
  readonly stackName: string;
  /** What the `cdk` command needs to know of it. */
  readonly cdkOptions: readonly string[];
}

/** @param stage such as `staging`: a stack of its own beside the others */
export function stackTarget(stage: string | undefined): StackTarget {
  const { stack_name } = ownConfig();
  return {
    stackName: `${stack_name}${stageSuffix(stage)}`,
    cdkOptions: stage === undefined ? [] : ["--context", `stage=${stage}`],
  };
}
