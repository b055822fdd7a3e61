interface Transform {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

/** Fills a template with values of an event: as JSON, or bare where it stands in quotes. */
export function transformed({ paths, template }: Transform, event: object): string {
  return template.replaceAll(/(.?)<([\w.-]+)>/g, (whole, before: string, name: string) => {
    const path = paths[name];
    if (path === undefined) return whole;
    const value = valueAt(event, path);
    if (before !== '"') return `${before}${JSON.stringify(value ?? null)}`;
    return `${before}${typeof value === "string" ? value : JSON.stringify(value ?? "")}`;
  });
}

/** @param path such as `$.detail.summary` */
function valueAt(event: object, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], event);
}
