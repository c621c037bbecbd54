/**
 * What would stand at a place if the values were sorted; undefined where there is no such place. Puts them in another order, and
 * takes time as they are many, not as sorting does (Hoare 1961, Algorithm 65: Find).
 */
export const selectAt = (values: Float64Array, place: number): number | undefined => {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const kept = values[left] as number;
      values[left] = values[right] as number;
      values[right] = kept;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place];
};
