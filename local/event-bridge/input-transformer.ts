interface Transform {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

/**
 * Fills a template with values of an event: as JSON, or bare where it stands within quotes
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
 */
export function transformed({ paths, template }: Transform, event: object): string {
  let isInText = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/g, (whole, name?: string) => {
    if (whole === '"') isInText = !isInText;
    const path = name === undefined ? undefined : paths[name];
    if (path === undefined) return whole;
    const value = valueAt(event, path);
    if (!isInText) return JSON.stringify(value ?? null);
    return typeof value === "string" ? value : JSON.stringify(value ?? "");
  });
}

/** @param path such as `$.detail.summary` */
function valueAt(event: object, path: string): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], event);
}
