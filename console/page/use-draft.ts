import { useEffect, useRef, useState } from "preact/hooks";

/** How long the keyboard rests before what it entered counts, in milliseconds. */
const restMs = 600;

interface Draft<T> {
  /** What the fields show. */
  readonly draft: T;
  /** Whether somebody is in the middle of it. */
  readonly isTyping: boolean;
  /** Takes what was typed; it counts once the keyboard rests, at Enter, or when the field is left. */
  readonly type: (value: T) => void;
  /** Takes what was chosen with the pointer; it counts at once. */
  readonly choose: (value: T) => void;
  /** Has what was typed count now. */
  readonly settle: () => void;
}

/**
 * Keeps what somebody is typing from counting before they are done: each key of a date or of a list of choices would
 * ask Toggl, and would be an entry in the browser's history.
 * @param value what counts now; another one from elsewhere replaces the draft
 * @param onSettle gets whether it was typed; not called if nothing has changed
 */
export function useDraft<T>(value: T, onSettle: (value: T, isTyped: boolean) => void): Draft<T> {
  const [draft, setDraft] = useState(value);
  const [isTyping, setTyping] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef({ draft: value, settled: value, onSettle });
  latest.current.onSettle = onSettle;
  const key = JSON.stringify(value);
  // From elsewhere, such as the browser's way back
  useEffect(() => {
    clearTimeout(timer.current);
    latest.current = { ...latest.current, draft: value, settled: value };
    setDraft(value);
    setTyping(false);
  }, [key]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const take = (next: T) => {
    clearTimeout(timer.current);
    latest.current.draft = next;
    setDraft(next);
  };
  const settle = (isTyped: boolean) => {
    clearTimeout(timer.current);
    setTyping(false);
    const { draft: next, settled } = latest.current;
    if (JSON.stringify(next) === JSON.stringify(settled)) return;
    latest.current.settled = next;
    latest.current.onSettle(next, isTyped);
  };
  return {
    draft,
    isTyping,
    type(next) {
      take(next);
      setTyping(true);
      timer.current = setTimeout(() => settle(true), restMs);
    },
    choose(next) {
      take(next);
      settle(false);
    },
    settle: () => settle(true),
  };
}
