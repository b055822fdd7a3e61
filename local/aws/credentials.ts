/** Credentials that a local service takes, as AWS's own are. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of whoever has assumed a role. */
  readonly sessionToken?: string | undefined;
}
