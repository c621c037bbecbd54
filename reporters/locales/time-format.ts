const kstOffsetMs = 9 * 3_600_000;

/** `2026-11-22 21:03:10` in Korean time; Korea has no daylight saving time, so a fixed offset is right. */
export const kstDateTime = (epochMs: number): string =>
  new Date(epochMs + kstOffsetMs).toISOString().slice(0, 19).replace('T', ' ');

/** `21:03:10` in Korean time. */
export const kstClock = (epochMs: number): string => kstDateTime(epochMs).slice(11);

/** `4:05`, or `1:02:03` from an hour on; whole seconds, cut as a clock's are. */
export const elapsedText = (elapsedMs: number): string => {
  const seconds = Math.floor(Math.abs(elapsedMs) / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const sign = elapsedMs < 0 && seconds > 0 ? '-' : '';
  const tail = pad(seconds % 60);
  return hours > 0 ? `${sign}${hours}:${pad(minutes)}:${tail}` : `${sign}${minutes}:${tail}`;
};

export type DurationUnits = {
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
  readonly milliseconds: string;
};

/**
 * The two largest parts that carry meaning: `850ms`, `8.2s`, `8m 30s`, `1h 16m`.
 * Parts are taken from the rounded whole, so that 59.99 s reads as one minute.
 */
export const durationText = (durationMs: number, units: DurationUnits): string => {
  if (durationMs < 0) return `-${durationText(-durationMs, units)}`;
  if (durationMs < 999.5) return `${Math.round(durationMs)}${units.milliseconds}`;
  if (durationMs < 9950) return `${trimmed(durationMs / 1000)}${units.seconds}`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds}${units.seconds}`;
  if (seconds < 3600) return joined(Math.floor(seconds / 60), units.minutes, seconds % 60, units.seconds);
  const minutes = Math.round(seconds / 60);
  return joined(Math.floor(minutes / 60), units.hours, minutes % 60, units.minutes);
};

const trimmed = (seconds: number): string => seconds.toFixed(1).replace(/\.0$/, '');

const joined = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`;
