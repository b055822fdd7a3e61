import type { ExportOrder } from "./export.ts";
import { Failure, type FieldError, invalidFields } from "./failure.ts";
import { parseParameters } from "./parameters.ts";

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
  const { [option]: isWanted, ...rest } = body as Record<string, unknown>;
  const errors = optionErrors(isWanted, format);
  try {
    const parameters = parseParameters(report, rest);
    if (errors.length > 0) throw invalidFields("body", errors);
    return { parameters, ...(isWanted === true && { spreadsheet_safe: true }) };
  } catch (error) {
    if (!(error instanceof Failure) || errors.length === 0 || !error.errors) throw error;
    throw invalidFields("body", [...error.errors.filter(({ field }) => field !== option), ...errors]);
  }
}

function optionErrors(isWanted: unknown, format: ExportOrder["format"]): FieldError[] {
  const fault = (detail: string) => [{ field: option, pointer: `#/${option}`, detail }];
  if (typeof isWanted !== "boolean") return fault("must be true or false, without quotes");
  if (isWanted && format !== "csv") return fault("is for csv: a workbook's text is never run as a formula");
  return [];
}
