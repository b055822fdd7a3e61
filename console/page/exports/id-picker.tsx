import { useState } from "preact/hooks";
import { count } from "../wording.ts";
import { idsIn } from "./form-body.ts";
import type { FormField } from "./form-fields.ts";
import { pickerOptions } from "./picker-options.ts";

interface IdPickerProps {
  readonly field: FormField;
  readonly one: string;
  readonly many: string;
  /** Names by id. */
  readonly names: Readonly<Record<string, string>>;
  /** Ids with commas between them; `null` stands for those without one. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}

/** So many are shown at once; typing finds the others. */
const maxShown = 50;

/** Projects, people and the like, picked by name. */
export function IdPicker({ field, one, many, names, value, error, onInput }: IdPickerProps) {
  const [text, setText] = useState("");
  const chosen = idsIn(value);
  const found = pickerOptions({ names, chosen, text, takesNull: field.takesNull, one });
  const toggle = (id: string) =>
    onInput((chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]).join(", "));
  return (
    <fieldset class="field picker" aria-describedby={error ? `${field.name}-error` : undefined}>
      <legend>
        {many.charAt(0).toUpperCase() + many.slice(1)}
        <span class="optional"> ({chosen.length === 0 ? "all" : count(chosen.length, one, many)})</span>
      </legend>
      <input
        type="search"
        name={field.name}
        aria-label={`Find ${many} by name or id`}
        placeholder="Find by name or id"
        autoComplete="off"
        value={text}
        aria-invalid={error ? true : undefined}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} // the form is not sent by it
      />
      <div class="picker-list">
        {found.slice(0, maxShown).map(({ id, name }) => (
          <label key={id}>
            <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
            <span>{name}</span>
          </label>
        ))}
        {found.length === 0 && <p class="hint">None is called so.</p>}
        {found.length > maxShown && <p class="hint">And {found.length - maxShown} more: type a part of the name.</p>}
      </div>
      {error && (
        <p class="error" id={`${field.name}-error`}>
          {many.charAt(0).toUpperCase() + many.slice(1)} {error}.
        </p>
      )}
    </fieldset>
  );
}
