/** Tells how long the phases of some work took, in milliseconds; a phase that comes again adds up. */
export function stopwatch(now: () => number) {
  const phases: Record<string, number> = {};
  const timed =
    <Args extends unknown[], Result>(phase: string, work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const from = now();
      try {
        return await work(...args);
      } finally {
        const name = `${phase}_ms`;
        phases[name] = (phases[name] ?? 0) + now() - from;
      }
    };
  return { phases: phases as Readonly<Record<string, number>>, timed };
}
