import { useEffect, useState } from "preact/hooks";
import { onKnownExports } from "./known-exports.ts";

/** Has a component follow what is known of exports. */
export function useKnownExports(): void {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const follow = () => setTurn((turn) => turn + 1);
    follow(); // what came between
    return onKnownExports(follow);
  }, []);
}
