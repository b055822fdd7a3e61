import type { Resolve } from "../assembly/resolver.ts";
import { resourcesOf, type Template } from "../assembly/template.ts";

/** A Lambda function of the template. */
export interface TemplateFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Of the role that it runs with. */
  readonly roleArn: string;
  /** Where its bundle lies. */
  readonly directory: string;
  /** File and export, such as `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Its own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** What becomes of a call that nobody waits for and that fails. */
  readonly asynchronous: {
    readonly maxRetries: number;
    /** The queue for what failed each time, if there is one. */
    readonly failuresArn?: string | undefined;
  };
}

interface FunctionProperties {
  readonly Role: string;
  readonly Code: { readonly S3Key: string };
  readonly Handler: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

interface InvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** @param folders where each asset lies, by its key */
export function readFunctions(
  template: Template,
  resolve: Resolve,
  folders: ReadonlyMap<string, string>,
): TemplateFunction[] {
  const calls = resourcesOf(template, "AWS::Lambda::EventInvokeConfig").map(([, one]) => resolve(one) as InvokeConfig);
  return resourcesOf(template, "AWS::Lambda::Function").map(([logicalId, properties]) => {
    const { Role, Code, Handler, Timeout, MemorySize, Environment } = resolve(properties) as FunctionProperties;
    const directory = folders.get(Code.S3Key);
    if (directory === undefined) throw new Error(`The assembly has no asset ${Code.S3Key} for ${logicalId}.`);
    const name = String(resolve({ Ref: logicalId }));
    const { MaximumRetryAttempts, DestinationConfig } = calls.find((one) => one.FunctionName === name) ?? {};
    return {
      logicalId,
      name,
      arn: String(resolve({ "Fn::GetAtt": [logicalId, "Arn"] })),
      roleArn: Role,
      directory,
      handler: Handler,
      timeoutSeconds: Timeout ?? 3, // Lambda's own defaults
      memoryMb: MemorySize ?? 128,
      environment: Environment?.Variables ?? {},
      asynchronous: {
        maxRetries: MaximumRetryAttempts ?? 2, // Lambda's own default
        failuresArn: DestinationConfig?.OnFailure?.Destination,
      },
    };
  });
}
