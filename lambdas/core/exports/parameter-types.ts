import * as z from "zod/mini";
import { isDay } from "../times.ts";

const dateMessage = "must be a day of the calendar as YYYY-MM-DD, such as 2026-10-31";

/** A day that exists. Toggl reads it in each user's own profile time zone. */
export const calendarDate = z.string(dateMessage).check(z.refine(isDay, dateMessage), z.meta({ format: "date" }));

const currencyMessage = "must be the three-letter code of a currency (ISO 4217), such as usd";
const currencies = new Set(Intl.supportedValuesOf("currency"));

/** Which case Toggl wants is not published, so either goes through as it came. */
export const currencyCode = z.string(currencyMessage).check(
  z.refine((value) => /^[a-z]{3}$/i.test(value) && currencies.has(value.toUpperCase()), currencyMessage),
  z.meta({ pattern: "^[A-Za-z]{3}$" }),
);

const id = (message: string) => z.int(message).check(z.positive(message));

const idMessage = "must be a list of ids, positive whole numbers, such as [101, 102]";

export const idList = z.array(id(idMessage), idMessage);

const idOrNullMessage = "must be a list of ids, positive whole numbers, or null for projects without a client";

/** A `null` entry selects projects without a client. */
export const idOrNullList = z.array(z.nullable(id(idOrNullMessage)), idOrNullMessage);

export const yesOrNo = z.boolean("must be true or false, without quotes");

/** One of a few values; the message lists them. */
export function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return z.literal(values, `must be one of ${values.join(", ")}`);
}
