/** What a call of the API carries beside its address. */
export interface ApiCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * Calls the product's API, signed where it has to be, and follows no redirect.
 * @param path from the API's base on, with its query, such as `/workspace/123/exports?limit=20`
 */
export type CallApi = (method: string, path: string, call: ApiCall) => Promise<Response>;
