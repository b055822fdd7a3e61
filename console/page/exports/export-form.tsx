import { useEffect, useMemo, useRef } from "preact/hooks";
import { Choice } from "../choice.tsx";
import type { Problem } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { type ExportOrder, formBody } from "./form-body.ts";
import { FormFieldInput } from "./form-field-input.tsx";
import { fileReports, formFields, type OpenApi } from "./form-fields.ts";

/** What stands in the form. */
interface FilledIn {
  readonly report: string;
  readonly format: string;
  /** By the field's name. */
  readonly values: Readonly<Record<string, string>>;
}

interface ExportFormProps {
  readonly openApi: OpenApi;
  readonly filledIn: FilledIn;
  readonly onFillIn: (change: (before: FilledIn) => FilledIn) => void;
  readonly problem: Problem | undefined;
  readonly isSending: boolean;
  readonly onSend: (order: ExportOrder) => void;
}

/** A form made of the API's own description: what a report takes is not written down a second time. */
export function ExportForm({ openApi, filledIn, onFillIn, problem, isSending, onSend }: ExportFormProps) {
  const { report, format, values } = filledIn;
  const change = (changes: Partial<FilledIn>) => onFillIn((before) => ({ ...before, ...changes }));
  const files = useMemo(() => fileReports(openApi), [openApi]);
  const path = files.find((file) => file.report === report && file.format === format)?.path ?? "";
  const fields = useMemo(() => formFields(openApi, path), [openApi, path]);
  const errorOf = (name: string) => problem?.errors?.find(({ field }) => field === name)?.detail;
  const names = new Set(fields.map(({ name }) => name));
  const isAtFields = problem?.errors?.every(({ field }) => names.has(field));

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [problem]);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSend({ file: `${report}.${format}`, body: formBody(fields, values) });
      }}
    >
      <div class="fields">
        <Choice
          label="Report"
          value={report}
          choices={named(files.map((file) => file.report))}
          onChoose={(to) => change({ report: to })}
        />
        <Choice
          label="Format"
          value={format}
          choices={named(files.map((file) => file.format))}
          onChoose={(to) => change({ format: to })}
        />
        {fields.map((field) => (
          <FormFieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            error={errorOf(field.name)}
            onInput={(value) =>
              onFillIn((before) => ({ ...before, values: { ...before.values, [field.name]: value } }))
            }
          />
        ))}
      </div>
      <ProblemAlert
        problem={
          isAtFields && problem
            ? { ...problem, detail: "Correct the fields that are marked and send it again." }
            : problem
        }
      />
      <p class="actions">
        <button type="submit" class="primary" disabled={isSending}>
          {isSending ? "Sending…" : "Make it"}
        </button>
      </p>
    </form>
  );
}

function named(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => [value, value]));
}

/** What most people want. */
export function lastMonthInDollars(): FilledIn {
  const now = new Date();
  const day = (month: number, date: number) =>
    new Date(Date.UTC(now.getFullYear(), month, date)).toISOString().slice(0, 10);
  const values = { start_date: day(now.getMonth() - 1, 1), end_date: day(now.getMonth(), 0), currency: "usd" };
  return { report: "profitability/projects", format: "csv", values };
}
