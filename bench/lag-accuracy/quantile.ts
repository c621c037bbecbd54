/** The value at rank `q` of a list, without interpolation; NaN of an empty one. */
export const quantileOf = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
};
