import { expect, it } from "vitest";
import { followExports } from "../../client/follow-exports.ts";

/** How each export looks each time; the last state stays. */
function looks(states: Readonly<Record<string, readonly (string | undefined)[]>>) {
  const left = new Map(Object.entries(states).map(([id, all]) => [id, [...all]]));
  const asked: string[] = [];
  const find = async (id: string) => {
    asked.push(id);
    const all = left.get(id) ?? [];
    const status = all.length > 1 ? all.shift() : all[0];
    return status === undefined ? undefined : { id, status };
  };
  return { asked, find };
}

it("looks at one after the other until each is made or has failed, and gives them as they are then", async () => {
  const { asked, find } = looks({
    a: [undefined, "queued", "deferred", "succeeded"],
    b: ["running", "failed"],
    c: ["succeeded"],
  });
  const seen: string[] = [];
  const onLook = (found: { status: string } | undefined, id: string) => seen.push(`${id} ${found?.status}`);
  const made = await followExports(["a", "b", "c"], { find, onLook, everyMs: 1 });
  expect(made).toEqual([
    { id: "a", status: "succeeded" },
    { id: "b", status: "failed" },
    { id: "c", status: "succeeded" },
  ]);
  expect(asked).toEqual(["a", "a", "a", "a", "b", "b", "c"]);
  expect(seen).toEqual([
    "a undefined",
    "a queued",
    "a deferred",
    "a succeeded",
    "b running",
    "b failed",
    "c succeeded",
  ]);
});

it("stops at once when its signal is aborted, with the signal's reason", async () => {
  const { asked, find } = looks({ a: ["running"] });
  const stop = new AbortController();
  const onLook = () => stop.abort(new Error("enough"));
  await expect(followExports(["a"], { find, onLook, everyMs: 3_600_000, signal: stop.signal })).rejects.toThrow(
    "enough",
  );
  expect(asked).toEqual(["a"]);
});

it("hands on what the look itself throws", async () => {
  const find = () => Promise.reject(new Error("no answer"));
  await expect(followExports(["a"], { find })).rejects.toThrow("no answer");
});
