/** What is known of an object besides its bytes; kept as JSON beside them. */
export interface S3Object {
  readonly key: string;
  /** Where its bytes lie, below the bucket's folder. */
  readonly path: string;
  readonly bytes: number;
  /** MD5, hexadecimal, without the quotes. */
  readonly etag: string;
  /** Base64. */
  readonly sha256: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** Those of the upload that a download gives back, such as content-type and x-amz-meta-*. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its tags by key; left out where it has none. */
  readonly tags?: Tags | undefined;
}

export type Tags = Readonly<Record<string, string>>;
