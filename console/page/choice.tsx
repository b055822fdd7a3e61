import { useRef } from "preact/hooks";
import { useDraft } from "./use-draft.ts";

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  /** What is said of each. */
  readonly choices: Readonly<Record<string, string>> | readonly (readonly [name: string, text: string])[];
  /** @param isTyped whether the keyboard went there, perhaps past others */
  readonly onChoose: (value: string, isTyped: boolean) => void;
  readonly class?: string;
}

/** One of several. Arrow keys go through the choices, and only the one where they rest counts. */
export function Choice({ label, value, choices, onChoose, class: className }: ChoiceProps) {
  const { draft, type, choose, settle } = useDraft(value, onChoose);
  const isByKeyboard = useRef(false);
  return (
    <label class={className}>
      <span>{label}</span>
      <select
        value={draft}
        onKeyDown={({ key }) => {
          isByKeyboard.current = true;
          if (key === "Enter") settle();
        }}
        onPointerDown={() => {
          isByKeyboard.current = false;
        }}
        onChange={({ currentTarget }) => (isByKeyboard.current ? type : choose)(currentTarget.value)}
        onBlur={settle}
      >
        {(isList(choices) ? choices : Object.entries(choices)).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function isList(choices: ChoiceProps["choices"]): choices is readonly (readonly [string, string])[] {
  return Array.isArray(choices);
}
