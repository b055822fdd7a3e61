import { useMemo } from "preact/hooks";
import type { FormField } from "./form-fields.ts";
import { currencyChoices } from "./form-state.ts";

interface CurrencyFieldProps {
  readonly field: FormField;
  readonly value: string;
  readonly error: string | undefined;
  /** Currencies in use here, as they were written. */
  readonly used: readonly string[];
  readonly onInput: (value: string) => void;
}

/** Every currency that there is, those in use here first. */
export function CurrencyField({ field: { name, label }, value, error, used, onInput }: CurrencyFieldProps) {
  const all = [...used, ...(value ? [value] : [])];
  const { used: first, others } = useMemo(() => currencyChoices(all), [all.join()]);
  const options = (choices: readonly (readonly [string, string])[]) =>
    choices.map(([code, text]) => (
      <option key={code} value={code}>
        {text}
      </option>
    ));
  return (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <select
        id={`field-${name}`}
        name={name}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${name}-error` : undefined}
        onChange={({ currentTarget }) => onInput(currentTarget.value)}
      >
        {value === "" && <option value="">Choose…</option>}
        <optgroup label="In use here">{options(first)}</optgroup>
        <optgroup label="All others">{options(others)}</optgroup>
      </select>
      {error && (
        <p class="error" id={`${name}-error`}>
          {label} {error}.
        </p>
      )}
    </div>
  );
}
