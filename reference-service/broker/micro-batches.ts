/** Gathers single items into few requests. */
export type MicroBatches<Item, Outcome> = {
  /** The outcome of the request the item travelled in. */
  add(item: Item): Promise<Outcome>;
  /** Sends what is gathered and waits for every request under way. */
  flush(): Promise<void>;
};

export type MicroBatchSettings<Item, Outcome> = {
  /** One request for all the items. Must not reject. */
  readonly send: (items: readonly Item[]) => Promise<Outcome>;
  /** Longest wait of the first item while a request may be sent, in ms. */
  readonly lingerMs: number;
  readonly maxItems: number;
  /** Requests under way at once; beyond it items gather until one is answered. */
  readonly maxInFlight: number;
  readonly schedule?: (work: () => void, delayMs: number) => void;
};

type Waiting<Item, Outcome> = { readonly item: Item; readonly resolve: (outcome: Outcome) => void };

/** A producer without a linger of its own would otherwise send one request per item. */
export function createMicroBatches<Item, Outcome>(
  settings: MicroBatchSettings<Item, Outcome>,
): MicroBatches<Item, Outcome> {
  const { send, lingerMs, maxItems, maxInFlight, schedule = setTimeout } = settings;
  const inFlight = new Set<Promise<void>>();
  let waiting: Waiting<Item, Outcome>[] = [];
  let isScheduled = false;

  const dispatch = (): void => {
    isScheduled = false;
    while (waiting.length > 0 && inFlight.size < maxInFlight) {
      const batch = waiting.splice(0, maxItems);
      const request = sendBatch(batch).then(() => {
        inFlight.delete(request);
        if (waiting.length > 0 && !isScheduled) dispatch();
      });
      inFlight.add(request);
    }
  };
  const sendBatch = async (batch: readonly Waiting<Item, Outcome>[]): Promise<void> => {
    const outcome = await send(batch.map(({ item }) => item));
    for (const { resolve } of batch) resolve(outcome);
  };

  return {
    add: (item) =>
      new Promise<Outcome>((resolve) => {
        waiting.push({ item, resolve });
        if (isScheduled || inFlight.size >= maxInFlight) return;
        isScheduled = true;
        schedule(dispatch, lingerMs);
      }),
    flush: async () => {
      dispatch();
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}
