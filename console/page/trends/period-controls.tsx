import type { ViewProps } from "../shell.tsx";
import { dayRange } from "../wording.ts";
import { comparisonOf, comparisons, presetOf, presets, type TrendPeriod } from "./trend-period.ts";

type Props = Pick<ViewProps, "settings" | "change"> & { readonly period: TrendPeriod };

/** Which days are looked at, and which ones they are compared with. */
export function PeriodControls({ settings, change, period }: Props) {
  const { current, previous } = period;
  const preset = presetOf(settings);
  const comparison = comparisonOf(settings);
  const choosePreset = (chosen: string) =>
    change({ period: chosen, ...(chosen === "custom" && { from: current.first, to: current.last }) });
  const chooseComparison = (chosen: string) =>
    change({ compare: chosen, ...(chosen === "custom" && { previous: previous.first }) });
  return (
    <form class="controls" aria-label="Period" onSubmit={(event) => event.preventDefault()}>
      <Choice label="Period" value={preset} choices={presets} onChoose={choosePreset} />
      {preset === "custom" && (
        <>
          <DayField label="From" value={current.first} onChoose={(from) => change({ from })} />
          <DayField label="To" value={current.last} onChoose={(to) => change({ to })} />
        </>
      )}
      <Choice label="Compared with" value={comparison} choices={comparisons} onChoose={chooseComparison} />
      {comparison === "custom" && (
        <DayField label="First day" value={previous.first} onChoose={(first) => change({ previous: first })} />
      )}
      <p class="period">
        <span class="swatch current" /> {dayRange(current.first, current.last)}
        <br />
        <span class="swatch previous" /> {dayRange(previous.first, previous.last)}
      </p>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly onChoose: (value: string) => void;
}

export function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {Object.entries(choices).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function DayField({ label, value, onChoose }: Omit<ChoiceProps, "choices">) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="date"
        value={value}
        required
        onChange={({ currentTarget }) => currentTarget.value && onChoose(currentTarget.value)}
      />
    </label>
  );
}
