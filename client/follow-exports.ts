const lookEveryMs = 1000;

interface FollowOptions<Seen> {
  /** How an export looks now; whatever has no status that is final is looked at again. */
  readonly find: (id: string) => Promise<Seen>;
  /** Sees what was found each time that it was looked at. */
  readonly onLook?: ((seen: Seen, id: string) => void) | undefined;
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at exports until each has succeeded or failed, one after the other: the queue keeps their order.
 * @returns them as they were seen last, in the same order
 * @throws the signal's reason once it is aborted, and whatever `find` throws
 */
export async function followExports<Seen>(
  ids: readonly string[],
  { find, onLook, everyMs = lookEveryMs, signal }: FollowOptions<Seen>,
): Promise<Seen[]> {
  const done: Seen[] = [];
  for (const id of ids) {
    for (;;) {
      signal?.throwIfAborted();
      const seen = await find(id);
      signal?.throwIfAborted();
      onLook?.(seen, id);
      if (isOver(seen)) {
        done.push(seen);
        break;
      }
      await passing(everyMs, signal);
    }
  }
  return done;
}

function isOver(seen: unknown): boolean {
  const { status } = (seen ?? {}) as { status?: unknown };
  return status === "succeeded" || status === "failed";
}

/** So much time, or less if the signal is aborted. */
export function passing(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}
