/** Gathers single items into few requests. */
export type MicroBatches<Item, Outcome> = {
  /** The item's outcome in the request it travelled in. */
  add(item: Item): Promise<Outcome>;
};

export type MicroBatchSettings<Item, Outcome> = {
  /** One request for all the items; answers one outcome per item, in order. Must not reject. */
  readonly send: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly maxItems: number;
  /** Requests under way at once; beyond it items gather until one is answered. */
  readonly maxInFlight: number;
  /** When the first item is sent, if a request may be: after what has already arrived in this turn. */
  readonly schedule?: (work: () => void) => void;
};

type Waiting<Item, Outcome> = { readonly item: Item; readonly resolve: (outcome: Outcome) => void };

/** Items that arrive together, or while requests are under way, share one: the busier, the larger. */
export function createMicroBatches<Item, Outcome>(
  settings: MicroBatchSettings<Item, Outcome>,
): MicroBatches<Item, Outcome> {
  const { send, maxItems, maxInFlight, schedule = setImmediate } = settings;
  const inFlight = new Set<Promise<void>>();
  const waiting: Waiting<Item, Outcome>[] = [];
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
    const outcomes = await send(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
  };

  return {
    add: (item) =>
      new Promise<Outcome>((resolve) => {
        waiting.push({ item, resolve });
        if (isScheduled || inFlight.size >= maxInFlight) return;
        isScheduled = true;
        schedule(dispatch);
      }),
  };
}
