import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problemOfError } from "./problem.ts";

interface Loaded<T> {
  /** What was loaded last; it stays while it is loaded again, and if that fails. */
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
}

/**
 * Loads something whenever its key changes. Of several answers only the one to the newest question counts.
 * @param key what the answer depends on; another key forgets the answer to the one before
 */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<State<T>>({ value: undefined, problem: undefined, isLoading: true });
  const newest = useRef(0);
  const latestLoad = useRef(load);
  latestLoad.current = load;

  const reload = useCallback(() => {
    const own = ++newest.current;
    setState((before) => ({ ...before, isLoading: true }));
    const settle = (state: State<T>) => own === newest.current && setState(state);
    latestLoad.current().then(
      (value) => settle({ value, problem: undefined, isLoading: false }),
      (error) => {
        const problem = problemOfError(error);
        if (own === newest.current) setState(({ value }) => ({ value, problem, isLoading: false }));
      },
    );
  }, []);

  useEffect(() => {
    setState({ value: undefined, problem: undefined, isLoading: true });
    reload();
  }, [key, reload]);

  return { ...state, reload };
}
