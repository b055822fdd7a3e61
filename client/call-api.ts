import { userAgents } from "../api/callers.ts";
import { NoAnswer } from "./api-problem.ts";
import type { Signer } from "./sign-request.ts";

/** Sends a request as `fetch` does. */
export type SendRequest = (url: URL, init: RequestInit) => Promise<Response>;

export interface ApiAddress {
  /** Such as http://127.0.0.1:3000 or https://….execute-api.eu-central-1.amazonaws.com/v1 */
  readonly baseUrl: string;
  /**
   * Who calls. Without it an API on this machine is called without a signature, and any other with the AWS identity of
   * whoever runs the program.
   */
  readonly signer?: Signer | undefined;
  /** Gives the JWT that each call carries in place of a signature, where the deployment takes those (`auth.jwt`). */
  readonly token?: (() => string | Promise<string>) | undefined;
  /** What calls name as the program that makes them; a browser names itself. */
  readonly userAgent?: string | undefined;
  /** What sends the calls, and the downloads, in place of Node's own `fetch`: one that goes through a proxy, for example. */
  readonly fetch?: SendRequest | undefined;
}

export interface CallInit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request to the API, signed where it has to be; whatever is answered comes back as it is. */
export type CallApi = (method: string, path: string, init?: CallInit) => Promise<Response>;

/** Longer than the API's own deadline, so that its own words come first. */
const patienceMs = 32_000;

/**
 * The returned function throws NoAnswer.
 * @throws TypeError if the address is none
 */
export function apiCaller({
  baseUrl,
  signer,
  token,
  userAgent = userAgents.client,
  fetch: send = fetch,
}: ApiAddress): CallApi {
  if (!isAddress(baseUrl)) {
    throw new TypeError(
      `baseUrl must be the API's address, such as http://127.0.0.1:3000; it is ${JSON.stringify(baseUrl)}.`,
    );
  }
  const base = baseUrl.replace(/\/+$/, "");
  if (token && !base.startsWith("https:") && !isLoopback(base)) {
    throw new TypeError("A token is sent by https or on this machine alone: give the https:// address.");
  }
  const isSigned = areCallsSigned({ baseUrl, signer, token });
  /** In a page it would be a header that the API has to allow first (CORS). */
  const named: Record<string, string> = "document" in globalThis ? {} : { "user-agent": userAgent };
  return async (method, path, { headers = {}, body, signal } = {}) => {
    const url = new URL(`${base}${path}`);
    const signed = isSigned ? await signedBy(signer, method, url, body) : {};
    const borne: Record<string, string> = token ? { authorization: `Bearer ${await token()}` } : {};
    const late = AbortSignal.timeout(patienceMs);
    return send(url, {
      method,
      headers: {
        ...named,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
        ...signed,
        ...borne,
      },
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, late]) : late,
      ...(body !== undefined && { body }),
    }).catch((cause) => {
      signal?.throwIfAborted();
      const reason: string = late.aborted ? "no answer in time" : (cause.cause?.code ?? cause.message);
      throw new NoAnswer(`${base} cannot be reached (${reason}).`, reason, { cause });
    });
  };
}

/** What signs is loaded when a call has to be signed: it takes longer to load than all the rest. */
async function signedBy(signer: Signer | undefined, method: string, url: URL, body: string | undefined) {
  const { signedHeaders } = await import("./sign-request.ts");
  return signedHeaders(method, url, body, signer);
}

/** Whether a text is an http or https address. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** Whether calls of an API are made with somebody's AWS identity. */
export function areCallsSigned({ baseUrl, signer, token }: ApiAddress): boolean {
  return !token && (signer !== undefined || !isLoopback(baseUrl));
}

export function isLoopback(address: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(address);
}
