/** Whether a text has all words that somebody looks for, whatever their case and accents. */
export function searchFor(wanted: string): (text: string) => boolean {
  const words = plainText(wanted).split(/\s+/).filter(Boolean);
  return (text) => {
    if (words.length === 0) return true;
    const plain = plainText(text);
    return words.every((word) => plain.includes(word));
  };
}

function plainText(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
