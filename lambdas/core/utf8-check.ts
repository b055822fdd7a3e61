import { isUtf8 } from "node:buffer";

/** Tells of bytes that come in pieces whether they are UTF-8. */
export interface Utf8Check {
  /** False once a piece holds anything that cannot be UTF-8. */
  push(piece: Buffer): boolean;
  /** False if the last character was cut. */
  end(): boolean;
}

export function utf8Check(): Utf8Check {
  let carried: Buffer = Buffer.alloc(0);
  return {
    push(piece) {
      const bytes = carried.length > 0 ? Buffer.concat([carried, piece]) : piece;
      const whole = bytes.length - cutCharacterLength(bytes);
      carried = Buffer.from(bytes.subarray(whole));
      return isUtf8(bytes.subarray(0, whole));
    },
    end: () => carried.length === 0,
  };
}

/** How many bytes at the end begin a character whose other bytes are yet to come: 0 to 3. */
function cutCharacterLength(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
