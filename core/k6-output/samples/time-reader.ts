const quote = 34;

/** Reads times as k6 writes them (RFC 3339) from their bytes. */
export class TimeReader {
  /** Epoch in whole ms, of the last one that was read. */
  ms = 0;
  /** Its bytes, without the quote behind it. */
  length = 0;
  #minute = -1;
  #minuteMs = 0;
  #zone = 0;

  /** Whether a time stands there, with a quote behind it. Its bytes may be looked at up to `end`. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    if (end - from < 36) return false;
    const second = twoDigits(bytes, from + 17);
    // 2026-03-14T05:26:53
    if (
      !(second < 60) ||
      bytes[from + 4] !== 45 ||
      bytes[from + 7] !== 45 ||
      bytes[from + 10] !== 84 ||
      bytes[from + 13] !== 58 ||
      bytes[from + 16] !== 58
    )
      return false;
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
    const month = twoDigits(bytes, from + 5);
    const day = twoDigits(bytes, from + 8);
    const hour = twoDigits(bytes, from + 11);
    const minute = twoDigits(bytes, from + 14);
    const key = (((year * 16 + month) * 32 + day) * 32 + hour) * 64 + minute;
    if (Number.isNaN(key)) return false;
    let at = from + 19;
    let ms = 0;
    if (bytes[at] === 46) {
      let scale = 100;
      for (at += 1; at < end; at += 1) {
        const digit = (bytes[at] ?? 0) - 48;
        if (digit < 0 || digit > 9) break;
        ms += digit * scale;
        scale = scale === 1 ? 0 : scale / 10;
      }
      if (bytes[at - 1] === 46) return false;
    }
    const zone = zoneAt(bytes, at);
    if (Number.isNaN(zone)) return false;
    at += zone === 0 && bytes[at] === 90 ? 1 : 6;
    if (at >= end || bytes[at] !== quote || at - from > 60) return false;
    if (key !== this.#minute || zone !== this.#zone) {
      // A day that there is not, or an hour 24, is left to Date.parse.
      const startMs = Date.UTC(year, month - 1, day, hour, minute);
      const date = new Date(startMs);
      if (
        year < 1000 ||
        hour > 23 ||
        minute > 59 ||
        date.getUTCDate() !== day ||
        date.getUTCMonth() !== month - 1
      )
        return false;
      this.#minute = key;
      this.#zone = zone;
      this.#minuteMs = startMs - zone * 60_000;
    }
    this.ms = this.#minuteMs + second * 1000 + ms;
    this.length = at - from;
    return true;
  }
}

/** NaN where there are not two digits. */
const twoDigits = (bytes: Uint8Array, at: number): number => {
  const high = (bytes[at] ?? 0) - 48;
  const low = (bytes[at + 1] ?? 0) - 48;
  return high < 0 || high > 9 || low < 0 || low > 9 ? Number.NaN : high * 10 + low;
};

/** Minutes east of Greenwich of `Z` or `+09:00`; NaN for anything else. */
const zoneAt = (bytes: Uint8Array, at: number): number => {
  const sign = bytes[at];
  if (sign === 90) return 0;
  if ((sign !== 43 && sign !== 45) || bytes[at + 3] !== 58) return Number.NaN;
  const hours = twoDigits(bytes, at + 1);
  const minutes = twoDigits(bytes, at + 4);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  return sign === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes;
};
