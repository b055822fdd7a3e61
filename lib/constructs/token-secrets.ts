import { ArnFormat, Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Config } from "../config/config-schema.ts";

/**
 * The secrets with the workspaces' tokens. They are referenced by name and not part of the stack: no value passes
 * through synth, and no deployment or removal can touch a customer's token (docs/decisions/0002).
 */
export class TokenSecrets extends Construct {
  readonly names: readonly string[];
  /** `{"123":"toggl/acme"}`: which secret is whose. */
  readonly byWorkspace: string;

  constructor(scope: Construct, id: string, { workspaces }: { workspaces: Config["workspaces"] }) {
    super(scope, id);
    this.names = [...new Set(workspaces.map(({ token_secret }) => token_secret))];
    this.byWorkspace = JSON.stringify(Object.fromEntries(workspaces.map((one) => [one.id, one.token_secret])));
  }

  /** A statement for each secret: CDK can spread statements over several policies if one is full, but not what is in one. */
  grantRead(grantee: IGrantable): void {
    for (const name of this.names) {
      const resources = [this.arnOf(name), this.arnOf(`${name}-??????`)];
      grantee.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources }),
      );
    }
  }

  /**
   * Secrets Manager appends a hyphen and six characters of its own to a name. A secret that does not exist has no such
   * ARN: AWS asks for the bare name's then, and without a right to it answers AccessDenied instead of ResourceNotFound
   * (seen by others: https://github.com/ministackorg/ministack/pull/1737).
   */
  private arnOf(resourceName: string): string {
    return Stack.of(this).formatArn({
      service: "secretsmanager",
      resource: "secret",
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
