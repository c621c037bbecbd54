/** Groups of three digits and a fixed number of decimals: 1,234 and 1,234.5. */
export const groupedNumber = (value: number, decimals = 0): string => withDecimals(decimals).format(value);

const formats = new Map<number, Intl.NumberFormat>();

/** Made once each: making one takes a hundred times as long as using it. */
const withDecimals = (decimals: number): Intl.NumberFormat => {
  const known = formats.get(decimals);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formats.set(decimals, made);
  return made;
};

/** As many decimals as the size calls for: three digits of meaning below 100, whole numbers from 1,000 on. */
export const adaptiveNumber = (value: number): string => {
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
  const shown = groupedNumber(value, decimals);
  return decimals === 0 ? shown : shown.replace(/\.?0+$/, '');
};

/**
 * A percentage from 0 to 100 with at most two decimals, cut and not rounded as k6 does, so that our figures read like
 * the text of k6 beside them and 99.999 never looks like 100. A share above zero that would read 0 is `<0.01%`.
 */
export const percentText = (percent: number): string => {
  const tolerance = 1e-7;
  const cut = Math.trunc((percent + Math.sign(percent) * tolerance) * 100) / 100;
  if (cut === 0 && percent > tolerance) return '<0.01%';
  return `${groupedNumber(cut, 2).replace(/\.?0+$/, '')}%`;
};

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal multiples, as k6 and Prometheus count: 47 MB. */
export const bytesText = (bytes: number): string => {
  let scaled = bytes;
  let step = 0;
  while (Math.abs(scaled) >= 1000 && step < byteUnits.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${adaptiveNumber(scaled)} ${byteUnits[step] ?? 'B'}`;
};
