import type { ExportOrder } from "./export.ts";
import { type FieldError, invalidFields } from "./failure.ts";
import { parameterErrors, parseParameters } from "./parameters.ts";

const option = "spreadsheet_safe";

/**
 * The body of a request for a file: Toggl's parameters, and what to do with the file, which Toggl is not told.
 * @throws Failure `invalid_request` with one entry for each field that does not fit
 */
export function parseExportBody(
  { report, format }: Pick<ExportOrder, "report" | "format">,
  body: unknown,
): Pick<ExportOrder, "parameters" | "spreadsheet_safe"> {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, option)) {
    return { parameters: parseParameters(report, body) };
  }
  const { [option]: isWanted, ...parameters } = body as Record<string, unknown>;
  const errors = [...parameterErrors(report, parameters), ...optionErrors(isWanted, format)];
  if (errors.length > 0) throw invalidFields("body", errors);
  return { parameters, ...(isWanted === true && { spreadsheet_safe: true }) };
}

function optionErrors(isWanted: unknown, format: ExportOrder["format"]): FieldError[] {
  const fault = (detail: string) => [{ field: option, pointer: `#/${option}`, detail }];
  if (typeof isWanted !== "boolean") return fault("must be true or false, without quotes");
  if (isWanted && format !== "csv") return fault("is for csv: a workbook's text is never run as a formula");
  return [];
}
