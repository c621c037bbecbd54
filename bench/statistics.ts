/** The value at rank `q` of a list, without interpolation; NaN of an empty one. */
export const quantileOf = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
};

/** The middle of a list, or between its two middles; NaN of an empty one. */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  const [left, right] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((left ?? Number.NaN) + (right ?? Number.NaN)) / 2;
};

/** `median (lowest … highest)`, each as `format` writes it. */
export const spreadOf = (values: readonly number[], format: (value: number) => string): string =>
  values.length === 0
    ? 'no figures'
    : `${format(medianOf(values))} (${format(Math.min(...values))} … ${format(Math.max(...values))})`;

/** With so many digits behind the point, and commas between thousands. */
export const digits =
  (count: number) =>
  (value: number): string =>
    value.toLocaleString('en', { minimumFractionDigits: count, maximumFractionDigits: count });

/** A share as a signed change, `+1.3 %`. */
export const change = (share: number): string => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
