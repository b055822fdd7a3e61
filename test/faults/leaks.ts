/** Everything under which a secret could turn up: as it is, in capitals, escaped, and in base64 wherever it stands in a text. */
export function formsOf(secret: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + secret).toString("base64");
    const from = Math.ceil((before * 4) / 3); // what the bytes before have a part in
    const whole = Math.floor(((before + secret.length) * 4) / 3); // what the bytes behind have none in
    return encoded.slice(from, whole - 1);
  });
  const hex = Buffer.from(secret).toString("hex");
  const escaped = ["%", "\\u00"].map((before) => hex.replaceAll(/../g, `${before}$&`));
  return [secret, secret.toUpperCase(), encodeURIComponent(secret), ...escaped, ...inBase64, hex];
}

/** What only a signed request or a link has. */
const signatures = /X-Amz-Signature=|X-Amz-Security-Token=|AWS4-HMAC-SHA256 Credential=|Signature=[0-9a-f]{64}/;

/**
 * What of these secrets, or of anybody's signature, stands in these texts.
 * @returns such as `log: canary…`, one for each
 */
export function leaksIn(texts: Readonly<Record<string, string>>, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf);
  return Object.entries(texts).flatMap(([where, text]) => {
    const found = forms.filter((form) => text.includes(form)).map((form) => `${where}: ${form}`);
    const [signature] = signatures.exec(text) ?? [];
    return signature === undefined ? found : [...found, `${where}: ${signature}`];
  });
}
