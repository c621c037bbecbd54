/** What something was set to, as the one who set it saw it, on the clock that also reads the lag. */
export type TruthLog<Value> = {
  /** Logs a change from before it is asked for until it is known to be done; one that fails may have been done or not. */
  change(value: Value, act: () => Promise<unknown>): Promise<void>;
  /** The same in two steps, where what ends it is another request than what begins it. */
  begin(value: Value): Change;
  /** What may have stood at some moment of a stretch: what was last known to be done before it, and all begun before its end. */
  possible(fromMs: number, toMs: number): Value[];
};

export type Change = { done(): void };

type Entry<Value> = { readonly value: Value; readonly sentMs: number; doneMs: number };

/** Changes are begun one after the other, or at least take effect in the order in which they are begun. */
export const createTruthLog = <Value>(nowMs: () => number, first: Value): TruthLog<Value> => {
  const entries: Entry<Value>[] = [
    { value: first, sentMs: Number.NEGATIVE_INFINITY, doneMs: Number.NEGATIVE_INFINITY },
  ];
  const begin = (value: Value): Change => {
    const entry: Entry<Value> = { value, sentMs: nowMs(), doneMs: Number.POSITIVE_INFINITY };
    entries.push(entry);
    return { done: () => void (entry.doneMs = nowMs()) };
  };
  return {
    begin,
    change: async (value, act) => {
      const change = begin(value);
      await act();
      change.done();
    },
    possible: (fromMs, toMs) => {
      const values: Value[] = [];
      for (let index = lastBegunBy(entries, toMs); index >= 0; index -= 1) {
        const entry = entries[index];
        if (entry === undefined) break;
        values.unshift(entry.value);
        if (entry.doneMs <= fromMs) break;
      }
      return values;
    },
  };
};

/** Binary search, for a log of ten minutes has tens of thousands of entries. */
const lastBegunBy = (entries: readonly Entry<unknown>[], atMs: number): number => {
  let [low, high] = [0, entries.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((entries[middle]?.sentMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
};
