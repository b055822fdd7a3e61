import { useRef, useState } from "preact/hooks";
import { searchFor } from "../search-words.ts";
import { count } from "../wording.ts";

export interface NameChoice {
  readonly id: string;
  readonly name: string;
}

interface NameFilterProps {
  /** What is chosen from, in the plural. */
  readonly label: string;
  readonly choices: readonly NameChoice[];
  /** Ids; none means all. */
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}

/** So many are listed at once; whoever has more looks for a name. */
const maxListed = 100;

/** Several of many, by name. */
export function NameFilter({ label, choices, chosen, onChoose }: NameFilterProps) {
  const place = useRef<HTMLDetailsElement>(null);
  const [wanted, setWanted] = useState("");
  const fits = searchFor(wanted);
  const fitting = choices.filter(({ name }) => fits(name));
  const listed = [
    ...fitting.filter(({ id }) => chosen.includes(id)),
    ...fitting.filter(({ id }) => !chosen.includes(id)),
  ].slice(0, maxListed);
  const close = () => {
    if (place.current) place.current.open = false;
  };
  const toggle = (id: string, isChosen: boolean) =>
    onChoose(isChosen ? [...chosen, id] : chosen.filter((other) => other !== id));
  const summary = useRef<HTMLElement>(null);
  return (
    <details
      class="name-filter"
      ref={place}
      onKeyDown={({ key }) => {
        if (key !== "Escape" || !place.current?.open) return;
        close();
        summary.current?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !place.current?.contains(relatedTarget)) close();
      }}
    >
      <summary ref={summary}>
        <span>{label}</span>
        <span class="name-filter-value">{chosen.length === 0 ? "All" : `${chosen.length} of ${choices.length}`}</span>
      </summary>
      <div class="name-filter-list">
        <label>
          <span>Find in {count(choices.length, "name")}</span>
          <input type="search" value={wanted} onInput={({ currentTarget }) => setWanted(currentTarget.value)} />
        </label>
        <fieldset>
          <legend class="visually-hidden">{label}</legend>
          {listed.map(({ id, name }) => (
            <label key={id} class="name-filter-name">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ currentTarget }) => toggle(id, currentTarget.checked)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
        {fitting.length > listed.length && <p class="note">{count(fitting.length - listed.length, "more name")}.</p>}
        {choices.length === 0 && <p class="note">No names are known.</p>}
        {choices.length > 0 && fitting.length === 0 && <p class="note">No name has “{wanted}” in it.</p>}
        <button type="button" disabled={chosen.length === 0} onClick={() => onChoose([])}>
          Show all
        </button>
      </div>
    </details>
  );
}
