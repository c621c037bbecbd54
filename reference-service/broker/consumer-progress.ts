/** When a consumer last got anywhere; being a member, or fetching while a delivery stands still, is nothing. */
export type ConsumerProgress = {
  /** Notes that there was nothing to do: it counts only while no delivery is under way. */
  idle(): void;
  /** Begins a delivery. */
  begin(): { readonly advance: () => void; readonly end: () => void };
  /** On the clock given; of several deliveries under way, the one that stands still longest. */
  lastMs(): number | undefined;
};

export function createConsumerProgress(nowMs: () => number): ConsumerProgress {
  const underWay = new Set<{ advancedMs: number }>();
  let lastMs: number | undefined;
  return {
    idle: () => {
      if (underWay.size === 0) lastMs = nowMs();
    },
    begin: () => {
      const delivery = { advancedMs: nowMs() };
      underWay.add(delivery);
      return {
        advance: () => {
          delivery.advancedMs = nowMs();
          lastMs = delivery.advancedMs;
        },
        end: () => {
          underWay.delete(delivery);
        },
      };
    },
    lastMs: () => {
      const oldest = Math.min(...Array.from(underWay, ({ advancedMs }) => advancedMs));
      return underWay.size === 0 ? lastMs : oldest;
    },
  };
}
