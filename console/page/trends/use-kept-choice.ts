import { useEffect, useRef } from "preact/hooks";
import type { ViewProps } from "../view-address.ts";

type Settings = ViewProps["settings"];

/** What was chosen last, for whoever comes back from another view. */
let kept: Settings = {};

/** Settings of the period and its filters; what is only looked at is forgotten. */
const names = ["period", "from", "to", "compare", "previous", "billable", "projects", "clients"];

/**
 * The settings of a view that is come back to: those of its address, or, where it has none, those that were chosen last.
 * Their place in the address is put right.
 */
export function useKeptChoice({ workspaceId, settings, change }: ViewProps): Settings {
  const isFirst = useRef(true);
  const restored = isFirst.current && Object.keys(chosenIn(settings)).length === 0 ? keptFor(workspaceId) : {};
  const all = { ...settings, ...restored };
  useEffect(() => {
    isFirst.current = false;
    if (Object.keys(restored).length > 0) change(restored, true);
  }, []);
  useEffect(() => {
    kept = { ...chosenIn(all), workspace: String(workspaceId) };
  });
  return all;
}

/** Ids are one workspace's own. */
function keptFor(workspaceId: number): Settings {
  const { workspace, ...choice } = kept;
  if (workspace === String(workspaceId)) return choice;
  const { projects: _, clients: __, ...others } = choice;
  return others;
}

function chosenIn(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => names.includes(name) && value !== ""));
}
