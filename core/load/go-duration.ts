const msOf: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
};

const part = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;

/** Milliseconds of a duration as Go prints it, such as `1m0s` or `1.5s`; null for anything else. */
export const parseGoDuration = (text: string): number | null => {
  if (text === '0') return 0;
  let ms = 0;
  let length = 0;
  for (const [matched, amount = '', unit = ''] of text.matchAll(part)) {
    ms += Number(amount) * (msOf[unit] ?? NaN);
    length += matched.length;
  }
  return text !== '' && length === text.length ? ms : null;
};
