const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Has something done at Ctrl-C or SIGTERM in place of the sudden end.
 * @returns what undoes that
 */
export function onStop(stop: () => void): () => void {
  for (const signal of signals) process.once(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}
