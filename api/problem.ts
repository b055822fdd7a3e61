import * as z from "zod/mini";
import { failureKinds, gatewayProblems, type ProblemCode } from "./problems.ts";
import { described, list, optional } from "./schemas.ts";

/** One field of a request that does not fit. */
export const FieldError = z.object({
  /** As the caller wrote it, such as `start_date`. */
  field: z.string(),
  /**
   * Where exactly, as an RFC 6901 JSON pointer, such as `#/client_ids/2`; also absent where the name is too long to be
   * repeated.
   */
  pointer: optional(z.string(), "JSON pointer into the body; absent for path, query and headers."),
  /** What is wrong, and what would be right. */
  detail: z.string(),
});
export interface FieldError extends z.infer<typeof FieldError> {}

const codes = [...new Set<ProblemCode>([...failureKinds, ...Object.values(gatewayProblems).map(({ code }) => code)])];

export const Problem = described(
  z.object({
    type: z.string(),
    title: z.string(),
    status: optional(z.int(), "Absent where API Gateway chose the status."),
    detail: described(z.string(), "What is wrong and what to do."),
    instance: described(z.string(), "Names this one occurrence; the log has it too."),
    code: z.literal(codes),
    retryable: described(z.boolean(), "Whether the same request can succeed later, without anybody changing anything."),
    errors: optional(list(FieldError), "One entry for each field that does not fit."),
    reason: optional(
      z.literal("not_admin"),
      "What the code leaves open: the token is valid, but of nobody who is an admin.",
    ),
  }),
  "An error (RFC 9457).",
);
export interface Problem extends z.infer<typeof Problem> {}
