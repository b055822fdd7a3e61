export const views = ["trends", "profitability", "exports", "schedules"] as const;

export type ViewName = (typeof views)[number];

/** What is looked at, as it stands behind the # of the address: so a view can be shared and gone back to. */
export interface ViewAddress {
  readonly view: ViewName;
  /** The export that is looked at by itself. */
  readonly item?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** What was asked for where that is no view of ours: the first one stands for it. */
  readonly unknownView?: string;
}

/** What each view is given. */
export interface ViewProps {
  readonly workspaceId: number;
  readonly item?: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** Changes settings of the view, and with them its address; what is typed adds nothing to the browser's history. */
  readonly change: (changes: Readonly<Record<string, string>>, isTyped?: boolean) => void;
}

/** @param hash such as `#/trends?period=previous-month` or `#/exports/01KAT4XJ5Q8Z3V7C2B9N0M6R1T`; without a view it means the first one */
export function parseAddress(hash: string): ViewAddress {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [, item] = /^exports\/([0-7][0-9A-HJKMNP-TV-Z]{25})$/.exec(path) ?? [];
  const view = item ? "exports" : views.find((name) => name === path);
  return {
    view: view ?? views[0],
    ...(item && { item }),
    settings: Object.fromEntries(new URLSearchParams(query)),
    ...(!view && path !== "" && { unknownView: path }),
  };
}

/** Settings that are empty are left out. */
export function formatAddress({ view, item, settings }: ViewAddress): string {
  const query = new URLSearchParams(Object.entries(settings).filter(([, value]) => value !== "")).toString();
  return `#/${view}${item ? `/${item}` : ""}${query && `?${query}`}`;
}
