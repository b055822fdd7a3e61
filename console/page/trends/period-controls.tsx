import { type Days, daysOf, type TrendPeriod } from "../../../client/trend-summary.ts";
import { Choice } from "../choice.tsx";
import { useDraft } from "../use-draft.ts";
import type { ViewProps } from "../view-address.ts";
import { count, dayRange } from "../wording.ts";
import { type NameChoice, NameFilter } from "./name-filter.tsx";
import { billableChoices, billableOf, idsIn } from "./trend-filter.ts";
import {
  comparisonChoices,
  comparisonOf,
  dayError,
  firstDay,
  lastDay,
  presetChoices,
  presetOf,
  spanError,
} from "./trend-period.ts";

type Props = Pick<ViewProps, "settings" | "change"> & {
  readonly period: TrendPeriod;
  /** Those to choose from. */
  readonly projects: readonly NameChoice[];
  readonly clients: readonly NameChoice[];
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Which days are looked at, which ones they are compared with, and of what. */
export function PeriodControls({ settings, change, period, projects, clients, now }: Props) {
  const { current, previous } = period;
  const preset = presetOf(settings);
  const comparison = comparisonOf(settings, now);
  const choosePreset = (chosen: string, isTyped: boolean) =>
    change({ period: chosen, ...(chosen === "custom" && { from: current.first, to: current.last }) }, isTyped);
  const chooseComparison = (chosen: string, isTyped: boolean) =>
    change({ compare: chosen, ...(chosen === "custom" && { previous: previous.first }) }, isTyped);
  return (
    <form class="controls" aria-label="Period" onSubmit={(event) => event.preventDefault()}>
      <Choice label="Period" value={preset} choices={presetChoices(settings)} onChoose={choosePreset} />
      {preset === "custom" && (
        <DayFields
          value={[current.first, current.last]}
          labels={["From", "To"]}
          errorOf={([from = "", to = ""]) => spanError(from, to)}
          onSettle={([from = "", to = ""]) => change({ from, to }, true)}
        />
      )}
      <Choice
        label="Compared with"
        value={comparison}
        choices={comparisonChoices(settings, now)}
        onChoose={chooseComparison}
      />
      {comparison === "custom" && (
        <DayFields
          value={[previous.first]}
          labels={["First day"]}
          errorOf={([first = ""]) => dayError("First day", first)}
          onSettle={([first = ""]) => change({ previous: first }, true)}
        />
      )}
      <Choice
        label="Hours"
        value={billableOf(settings)}
        choices={billableChoices}
        onChoose={(billable, isTyped) => change({ billable }, isTyped)}
      />
      <NameFilter
        label="Clients"
        choices={clients}
        chosen={idsIn(settings.clients)}
        onChoose={(ids) => change({ clients: ids.join(",") })}
      />
      <NameFilter
        label="Projects"
        choices={projects}
        chosen={idsIn(settings.projects)}
        onChoose={(ids) => change({ projects: ids.join(",") })}
      />
      <p class="period">
        <span class="swatch current" /> {spanText(current)}
        <br />
        <span class="swatch previous" /> {spanText(previous)}
      </p>
    </form>
  );
}

/** With its number of days, since periods that are compared need not have the same. */
function spanText(days: Days): string {
  return `${dayRange(days.first, days.last)}, ${count(daysOf(days).length, "day")}`;
}

interface DayFieldsProps {
  /** As YYYY-MM-DD, one for each label. */
  readonly value: readonly string[];
  readonly labels: readonly string[];
  /** What is wrong about the days; empty if they fit. */
  readonly errorOf: (days: readonly string[]) => string;
  readonly onSettle: (days: readonly string[]) => void;
}

/** Days that belong together: they count once they are typed and fit, and until then say what does not. */
function DayFields({ value, labels, errorOf, onSettle }: DayFieldsProps) {
  const fields = useDraft(value, (days) => errorOf(days) === "" && onSettle(days));
  const error = fields.isTyping ? "" : errorOf(fields.draft);
  const errorId = `${labels[0]}-error`.replaceAll(" ", "-");
  return (
    <>
      {labels.map((label, at) => (
        <label key={label}>
          <span>{label}</span>
          <input
            type="date"
            required
            min={firstDay}
            max={lastDay}
            value={fields.draft[at]}
            aria-invalid={error === "" ? undefined : true}
            aria-describedby={errorId}
            onInput={({ currentTarget }) =>
              fields.type(fields.draft.map((day, index) => (index === at ? currentTarget.value : day)))
            }
            onKeyDown={({ key }) => key === "Enter" && fields.settle()}
            onBlur={fields.settle}
          />
        </label>
      ))}
      <p class="error" id={errorId} role="status">
        {error}
      </p>
    </>
  );
}
