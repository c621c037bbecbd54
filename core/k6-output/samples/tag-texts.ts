const [quote, backslash, comma, colon, closeBrace] = [34, 92, 44, 58, 125];

/** Whether the tags are plain texts to the last one, and behind them all objects are closed. */
export const isPlainTags = (bytes: Uint8Array, from: number, end: number): boolean => {
  if (bytes[end - 1] !== closeBrace || bytes[end - 2] !== closeBrace || bytes[end - 3] !== closeBrace)
    return false;
  const to = end - 3;
  if (from === to) return true;
  for (let at = from; ; at += 1) {
    if (bytes[at] !== quote) return false;
    const keyEnd = textEnd(bytes, at + 1, to);
    if (keyEnd === -1 || bytes[keyEnd + 1] !== colon || bytes[keyEnd + 2] !== quote) return false;
    const valueEnd = textEnd(bytes, keyEnd + 3, to);
    if (valueEnd === -1) return false;
    at = valueEnd + 1;
    if (at === to) return true;
    if (bytes[at] !== comma) return false;
  }
};

/** Where a text without escapes ends; -1 where it has one, or does not end. */
export const textEnd = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at;
    if (byte === backslash || byte < 0x20) return -1;
  }
  return -1;
};

export const matches = (bytes: Uint8Array, from: number, text: Uint8Array): boolean => {
  for (let index = 0; index < text.length; index += 1) if (bytes[from + index] !== text[index]) return false;
  return true;
};

type KnownText = { readonly written: Uint8Array; readonly text: string };
const mostTexts = 10_000;

/** Values of tags are few, and come again and again: each is decoded once. */
export class KnownTexts {
  readonly #texts = new Map<number, KnownText[]>();

  at(bytes: Uint8Array, from: number, end: number): string {
    let hash = end - from;
    for (let at = from; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#texts.get(hash);
    if (known !== undefined)
      for (const { written, text } of known)
        if (written.length === end - from && matches(bytes, from, written)) return text;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
    if (this.#texts.size < mostTexts)
      this.#texts.set(hash, [...(known ?? []), { written: bytes.slice(from, end), text }]);
    return text;
  }
}
