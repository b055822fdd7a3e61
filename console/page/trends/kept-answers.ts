/** So long an answer holds: whoever goes to another view and back, or compares two periods, spends no second request. */
const maxAgeMs = 5 * 60_000;
/** Each may be some megabytes. */
const maxAnswers = 12;

/**
 * Answers for as long as they hold, those under way among them; a failure is not kept.
 * @param now milliseconds since 1970
 */
export function keptAnswers<T>(now: () => number) {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return {
    get(key: string, load: () => Promise<T>): Promise<T> {
      const known = kept.get(key);
      if (known && now() - known.at >= 0 && now() - known.at < maxAgeMs) return known.answer;
      const answer = load();
      kept.delete(key);
      kept.set(key, { at: now(), answer });
      answer.catch(() => kept.get(key)?.answer === answer && kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, -maxAnswers)) kept.delete(oldest);
      return answer;
    },
    forget(key: string): void {
      kept.delete(key);
    },
  };
}
