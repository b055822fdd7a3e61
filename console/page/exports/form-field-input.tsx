import { sentenceCase } from "../wording.ts";
import { type FormField, hintOf } from "./form-fields.ts";

interface FormFieldInputProps {
  readonly field: FormField;
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}

/** One field of a form, with what is wrong about it. */
export function FormFieldInput({ field, value, error, onInput }: FormFieldInputProps) {
  const { name, label, description } = field;
  const hint = hintOf(field);
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  const common = {
    id: `field-${name}`,
    name,
    value,
    required: field.required,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
  };
  return (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <Input field={field} common={common} onInput={onInput} />
      {hint && (
        <p class="hint" id={`${name}-hint`} title={description}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${name}-error`}>
          {label} {error}.
        </p>
      )}
    </div>
  );
}

function Input({ field, common, onInput }: { field: FormField; common: object; onInput: (value: string) => void }) {
  const choices =
    field.kind === "yes-no" ? yesAndNo : field.options.map((option) => [String(option), optionText(field, option)]);
  if (choices.length === 0) {
    const changed = ({ currentTarget }: { currentTarget: HTMLInputElement }) => onInput(currentTarget.value);
    if (field.kind === "date") return <input {...common} type="date" onInput={changed} />;
    return <input {...common} type="text" autoComplete="off" onInput={changed} />;
  }
  return (
    <select {...common} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
      <option value="">{field.required ? "Choose…" : "Not set"}</option>
      {choices.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** In words; the API's own stand beside them where they are codes. */
function optionText({ name }: FormField, option: string | number): string {
  if (name === "rounding") return roundingWays[option] ?? String(option);
  return typeof option === "string" ? sentenceCase(option) : String(option);
}

const roundingWays: Readonly<Record<string, string>> = { "-1": "Down (-1)", 0: "As Toggl has it (0)", 1: "Up (1)" };

/** The API's own words beside ours: what it says about a field speaks of true and false. */
const yesAndNo = [
  ["true", "Yes (true)"],
  ["false", "No (false)"],
];
