import { dayRange, viewersZone } from "../wording.ts";
import { formDays, formPeriods } from "./form-period.ts";
import type { FilledIn } from "./form-state.ts";

interface PeriodFieldProps {
  readonly filledIn: FilledIn;
  readonly onChange: (change: Pick<FilledIn, "period" | "values">) => void;
  readonly errorOf: (name: string) => string | undefined;
}

const dayFields = [
  ["start_date", "From"],
  ["end_date", "To"],
] as const;

/** A period by its name, or any days. */
export function PeriodField({ filledIn, onChange, errorOf }: PeriodFieldProps) {
  const { period, values } = filledIn;
  const days = formDays(filledIn, Date.now(), viewersZone());
  const errors = dayFields.flatMap(([name, label]) => {
    const error = errorOf(name);
    return error ? [`${label} ${error}.`] : [];
  });
  const described = { "aria-invalid": errors.length > 0 ? true : undefined, "aria-describedby": "period-note" };
  return (
    <div class="field period-field">
      <label for="field-period">Period</label>
      <select
        id="field-period"
        value={period}
        {...(period === "custom" ? {} : described)}
        onChange={({ currentTarget }) => onChange({ period: currentTarget.value, values: { ...values, ...days } })}
      >
        {formPeriods.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
      {period === "custom" && (
        <div class="days">
          {dayFields.map(([name, label]) => (
            <label key={name}>
              <span>{label}</span>
              <input
                type="date"
                name={name}
                value={values[name] ?? ""}
                {...(errorOf(name) ? described : {})}
                onInput={({ currentTarget }) =>
                  onChange({ period, values: { ...values, [name]: currentTarget.value } })
                }
              />
            </label>
          ))}
        </div>
      )}
      <p id="period-note" class={errors.length > 0 ? "error" : "hint"}>
        {errors.length > 0 ? errors.join(" ") : period !== "custom" && dayRange(days.start_date, days.end_date)}
      </p>
    </div>
  );
}
