const currencyKey = "toggl-insights-currency";

/** Keeps the currency for the next time, also after the page is closed. */
export function keepCurrency(currency: string): void {
  try {
    localStorage.setItem(currencyKey, currency);
  } catch {
    // A browser that keeps nothing: it is chosen again next time.
  }
}

/** The currency that was chosen last in this browser. */
export function lastCurrency(): string | undefined {
  try {
    return localStorage.getItem(currencyKey) ?? undefined;
  } catch {
    return undefined;
  }
}
