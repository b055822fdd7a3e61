import { expect, it } from "vitest";
import { configuredWorkspace } from "../../lambdas/core/workspace.ts";

const configured = new Set([7, 123_456_789_012_345]);

it("takes the workspaces that are configured", () => {
  expect(configuredWorkspace("7", configured)).toBe(7);
  expect(configuredWorkspace("123456789012345", configured)).toBe(123_456_789_012_345);
});

it.each([undefined, "", "0", "07", "x7", "7x", "-7", "7.0", "1234567890123456"])("%j is no id", (id) => {
  expect(() => configuredWorkspace(id, new Set([7, 0]))).toThrow(
    expect.objectContaining({ kind: "invalid_request", errors: [expect.objectContaining({ field: "workspace_id" })] }),
  );
});

it("says of another one what to do", () => {
  expect(() => configuredWorkspace("8", configured)).toThrow(
    expect.objectContaining({
      kind: "workspace_not_configured",
      message: expect.stringMatching(/^Workspace 8 .*deploy/),
    }),
  );
});
