/** An error that an AWS service answers with; each service has its own way to write it. */
export class AwsError extends Error {
  constructor(
    readonly status: number,
    /** AWS's own name of it, such as `NoSuchKey`. */
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
