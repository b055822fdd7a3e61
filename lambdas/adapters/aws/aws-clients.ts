/**
 * What every client of AWS has here: three attempts for what fails in passing, and short waits, so that an answer is
 * possible within the caller's patience.
 * @param maxSilenceMs after so long without a byte an attempt is given up
 */
export function clientSettings(maxSilenceMs: number) {
  return { maxAttempts: 3, requestHandler: { connectionTimeout: 2000, socketTimeout: maxSilenceMs } };
}

/** A call's limit over all of its attempts, and the caller's own deadline if there is one. */
export function within(maxMs: number, signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(maxMs);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

/**
 * What a client was answered. Text that is no JSON, such as a proxy's page, becomes an error such as `Http403` that does
 * not quote it, as the parser's own does: it may be half of a secret.
 */
export async function answerOf<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    const name = `Http${$metadata?.httpStatusCode ?? ""}`;
    throw Object.assign(new Error("What AWS's address answered is no JSON."), { name });
  }
}
