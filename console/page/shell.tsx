import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { addressProblem, workspaceProblem } from "./address-problem.ts";
import { callConsole } from "./call-console.ts";
import { Choice } from "./choice.tsx";
import { ExportsView } from "./exports/exports-view.tsx";
import { ProblemAlert } from "./problem-alert.tsx";
import { ProfitabilityView } from "./profitability/profitability-view.tsx";
import { SchedulesView } from "./schedules/schedules-view.tsx";
import { TrendsView } from "./trends/trends-view.tsx";
import { useLoaded } from "./use-loaded.ts";
import { formatAddress, parseAddress, type ViewAddress, type ViewName, type ViewProps, views } from "./view-address.ts";

interface ConsoleSettings {
  readonly workspaces: readonly { readonly id: number; readonly name: string }[];
  readonly api: string;
}

const titles: Record<ViewName, string> = {
  trends: "Trends",
  profitability: "Profitability",
  exports: "Exports",
  schedules: "Schedules",
};
const bodies: Record<ViewName, ComponentType<ViewProps>> = {
  trends: TrendsView,
  profitability: ProfitabilityView,
  exports: ExportsView,
  schedules: SchedulesView,
};

/** The frame around every view: where one is, where one can go, and whose figures one sees. */
export function Shell() {
  const [{ view, item, settings, unknownView }, change] = useAddress();
  const { value, problem, reload } = useLoaded("settings", () => callConsole<ConsoleSettings>("/console/settings"));
  const title = item ? "Export" : titles[view];
  const heading = useHeadingFocus(title, `${view} ${item}`);
  const workspaces = value?.workspaces ?? [];
  const wanted = settings.workspace ?? "";
  const workspace = wanted === "" ? workspaces[0] : workspaces.find(({ id }) => String(id) === wanted);
  const error =
    (value && !workspace && workspaceProblem(wanted)) ||
    (unknownView && addressProblem(`It has no view “${unknownView}”; ${titles[view]} is shown instead.`)) ||
    undefined;
  const Body = bodies[view];

  return (
    <>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        Skip to the content
      </button>
      <header class="masthead">
        <p class="brand">
          <BrandMark /> Toggl Insights
        </p>
        <nav aria-label="Views">
          <ul>
            {views.map((name) => (
              <li key={name}>
                <a
                  href={formatAddress({ view: name, settings: { workspace: wanted } })}
                  aria-current={name === view ? "page" : undefined}
                >
                  {titles[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Choice
          class="workspace"
          label="Workspace"
          value={String(workspace?.id ?? "")}
          choices={[
            ...(workspace ? [] : [["", "Choose…"] as const]),
            ...workspaces.map(({ id, name }) => [`${id}`, name] as const),
          ]}
          onChoose={(id, typed) => change({ workspace: id }, typed)}
        />
      </header>
      <main>
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        <ProblemAlert problem={problem ?? error} onRetry={reload} />
        {workspace && (
          <Body
            key={`${view} ${workspace.id}`}
            workspaceId={workspace.id}
            item={item}
            settings={settings}
            change={change}
          />
        )}
        {!value && !problem && <p class="loading">Loading…</p>}
      </main>
      <footer>
        {value && <p>Figures of {value.api}. Nothing on this page comes from elsewhere.</p>}
        <p>
          <a href="/docs">API reference</a>
        </p>
      </footer>
    </>
  );
}

/**
 * Tells where one is: in the title, and by moving the focus to the heading when the place changes.
 * @param place what is looked at
 */
function useHeadingFocus(title: string, place: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const seen = useRef(place);
  useEffect(() => {
    document.title = `${title} · Toggl Insights`;
    if (seen.current !== place) heading.current?.focus();
    seen.current = place;
  }, [title, place]);
  return heading;
}

function BrandMark() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M3 17v-6M10 17V4M17 17v-9" />
    </svg>
  );
}

/** The view's address, and how to change its settings; both follow the browser's back and forward. */
function useAddress(): [ViewAddress, (changes: Readonly<Record<string, string>>, isTyped?: boolean) => void] {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  useEffect(() => {
    const follow = () => setAddress(parseAddress(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const change = (changes: Readonly<Record<string, string>>, isTyped = false) => {
    const { view, item, settings } = parseAddress(location.hash);
    const hash = formatAddress({ view, item, settings: { ...settings, ...changes } });
    if (!isTyped) {
      location.hash = hash;
      return;
    }
    history.replaceState(null, "", hash);
    setAddress(parseAddress(hash)); // no event announces an address that is replaced
  };
  return [address, change];
}
