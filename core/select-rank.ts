/** More rounds than this are a list made to be slow: it is sorted. */
const mostRounds = 64;

/**
 * Puts the value of that rank (from 0) in its place, smaller ones before it and greater ones behind, and answers it: what
 * sorting would, for the few ranks that are asked for (Hoare 1961, Algorithm 65: FIND). NaN where there is no such rank.
 * Values before `from` must not be greater than those from there on.
 */
export const selectRank = (values: Float64Array, rank: number, from = 0): number => {
  let low = from;
  let high = values.length - 1;
  for (let round = 0; low < high; round += 1) {
    if (round === mostRounds) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const pivot = middleOf(values[low] ?? 0, values[(low + high) >> 1] ?? 0, values[high] ?? 0);
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left += 1;
      while ((values[right] ?? 0) > pivot) right -= 1;
      if (left > right) break;
      const kept = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = kept;
      left += 1;
      right -= 1;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank] ?? Number.NaN;
};

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
