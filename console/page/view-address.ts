export const views = ["trends", "exports", "schedules"] as const;

export type ViewName = (typeof views)[number];

/** What is looked at, as it stands behind the # of the address: so a view can be shared and gone back to. */
export interface ViewAddress {
  readonly view: ViewName;
  readonly settings: Readonly<Record<string, string>>;
}

/** @param hash such as `#/trends?period=previous-month`; whatever is no view of ours means the first one */
export function parseAddress(hash: string): ViewAddress {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const view = views.find((name) => name === path) ?? "trends";
  return { view, settings: Object.fromEntries(new URLSearchParams(query)) };
}

/** Settings that are empty are left out. */
export function formatAddress({ view, settings }: ViewAddress): string {
  const query = new URLSearchParams(Object.entries(settings).filter(([, value]) => value !== "")).toString();
  return `#/${view}${query && `?${query}`}`;
}
