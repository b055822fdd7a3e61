/** The token in a Basic Authorization header as Toggl takes it, `<api_token>:api_token`; undefined for anything else. */
export function basicToken(authorization: string | null): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  return /^(.+):api_token$/.exec(Buffer.from(encoded, "base64").toString("utf8"))?.[1];
}
