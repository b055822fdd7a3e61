import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Problem } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { reportName, viewersZone } from "../wording.ts";
import { CurrencyField } from "./currency-field.tsx";
import { type ExportOrder, formBody } from "./form-body.ts";
import { FormFieldInput } from "./form-field-input.tsx";
import { type FormField, fileReports, formFields, type OpenApi } from "./form-fields.ts";
import { formDays } from "./form-period.ts";
import type { FilledIn } from "./form-state.ts";
import { IdPicker } from "./id-picker.tsx";
import { idLists, type NamesByKind } from "./order-words.ts";
import { PeriodField } from "./period-field.tsx";

interface ExportFormProps {
  readonly openApi: OpenApi;
  readonly filledIn: FilledIn;
  readonly onFillIn: (change: (before: FilledIn) => FilledIn) => void;
  readonly names: NamesByKind;
  readonly usedCurrencies: readonly string[];
  /** Whether it is filled in with what an export was asked for: then the currency is what most people change. */
  readonly isAgain: boolean;
  readonly problem: Problem | undefined;
  readonly isSending: boolean;
  readonly onSend: (order: ExportOrder) => void;
}

const days = ["start_date", "end_date"];

/** The form: what most people want at once, all else folded away. Its fields are those of the API's own description. */
export function ExportForm(props: ExportFormProps) {
  const { openApi, filledIn, onFillIn, isAgain, problem, isSending, onSend } = props;
  const { report, format, values } = filledIn;
  const change = (changes: Partial<FilledIn>) => onFillIn((before) => ({ ...before, ...changes }));
  const files = useMemo(() => fileReports(openApi), [openApi]);
  const path = files.find((file) => file.report === report && file.format === format)?.path ?? "";
  const fields = useMemo(() => formFields(openApi, path), [openApi, path]);
  const errorOf = (name: string) => problem?.errors?.find(({ field }) => field === name)?.detail;
  const names = new Set(fields.map(({ name }) => name));
  const isAtFields = problem?.errors?.every(({ field }) => names.has(field));
  const main = fields.filter(({ name, required }) => required && !days.includes(name));
  const folded = fields.filter(({ name, required }) => !required && !days.includes(name));
  const isSet = ({ name }: FormField) => (values[name] ?? "") !== "";
  const hasFoldedError = folded.some(({ name }) => errorOf(name));

  const form = useRef<HTMLFormElement>(null);
  const more = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const [first, currency] = ["select", "[name=currency]"].map((one) => form.current?.querySelector<HTMLElement>(one));
    (isAgain ? (currency ?? first) : first)?.focus();
  }, []);
  useEffect(() => {
    if (!problem) return;
    if (hasFoldedError && more.current) more.current.open = true;
    const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid]");
    if (wrong) wrong.focus();
    else form.current?.querySelector(".alert")?.scrollIntoView({ block: "nearest" });
  }, [problem]);

  const input = (field: FormField) => (
    <FieldInput
      key={field.name}
      {...props}
      field={field}
      value={values[field.name] ?? ""}
      error={errorOf(field.name)}
      onInput={(value) => onFillIn((before) => ({ ...before, values: { ...before.values, [field.name]: value } }))}
    />
  );
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isSending) return;
        const meant = { ...values, ...formDays(filledIn, Date.now(), viewersZone()) };
        onSend({ file: `${report}.${format}`, body: formBody(fields, meant) });
      }}
    >
      <div class="fields">
        <Select
          label="Report"
          value={report}
          choices={[...new Set(files.map((file) => file.report))].map((name) => [name, reportName(name)])}
          onChoose={(to) => change({ report: to })}
        />
        {fields.some(({ name }) => days.includes(name)) && (
          <PeriodField filledIn={filledIn} onChange={change} errorOf={errorOf} />
        )}
        {main.map(input)}
        <Select
          label="Format"
          value={format}
          choices={[...new Set(files.map((file) => file.format))].map((name) => [name, formatNames[name] ?? name])}
          onChoose={(to) => change({ format: to })}
        />
      </div>
      {folded.length > 0 && (
        <details class="more" ref={more} open={folded.some(isSet) || undefined}>
          <summary>
            Only some of it, by week or month, rounded …{folded.some(isSet) && ` (${folded.filter(isSet).length} set)`}
          </summary>
          <div class="fields">{folded.map(input)}</div>
        </details>
      )}
      <ProblemAlert
        problem={
          isAtFields && problem
            ? { ...problem, detail: "Correct the fields that are marked and send it again." }
            : problem
        }
      />
      <p class="actions">
        <button type="submit" class="primary" aria-disabled={isSending}>
          {isSending ? "Sending…" : "Make it"}
        </button>
      </p>
    </form>
  );
}

const formatNames: Readonly<Record<string, string>> = { csv: "CSV", xlsx: "Excel workbook (XLSX)" };

interface FieldInputProps extends Pick<ExportFormProps, "names" | "usedCurrencies"> {
  readonly field: FormField;
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (value: string) => void;
}

/** A field in the way that suits it: currencies by name, ids by the names that are known, all others as they are. */
function FieldInput({ names, usedCurrencies, ...input }: FieldInputProps) {
  const { name, kind } = input.field;
  const list = kind === "ids" && Object.hasOwn(idLists, name) ? idLists[name] : undefined;
  const known = list && names[list.of];
  if (name === "currency") return <CurrencyField {...input} used={usedCurrencies} />;
  if (list && known && Object.keys(known).length > 0) {
    return <IdPicker {...input} one={list.one} many={list.many} names={known} />;
  }
  return <FormFieldInput {...input} />;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [name: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

function Select({ label, value, choices, onChoose }: SelectProps) {
  return (
    <div class="field">
      <label for={`field-${label}`}>{label}</label>
      <select id={`field-${label}`} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {choices.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
