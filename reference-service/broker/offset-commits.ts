import type { EachBatchPayload } from './kafka-client.ts';

/** The part of a delivery that knows which offsets are settled; any delivery of a member knows all of them. */
export type Committable = Pick<EachBatchPayload, 'commitOffsetsIfNecessary' | 'uncommittedOffsets'>;

/** Commits the settled offsets of one group member, at most once an interval, beside its work. */
export type OffsetCommits = {
  /** Tells where settled offsets are found from now on. */
  follow(delivery: Committable): void;
  /** Throws once what the last commit failed with, so that the member meets it where it can act on it. */
  throwFailure(): void;
  /** Commits now. Never rejects: what is not committed is delivered again. */
  flush(): Promise<void>;
  /** Forgets failures of an earlier generation: they were dealt with by joining again. */
  joined(): void;
  /** Between generations nothing can be committed. */
  left(): void;
  stop(): void;
};

/** How often it is looked whether a commit is due, in ms; also how soon a shorter interval takes effect. */
const LONGEST_TICK_MS = 200;

export function createOffsetCommits(settings: {
  /** Asked at every tick: the interval may change. */
  readonly intervalMs: () => number;
  readonly nowMs: () => number;
}): OffsetCommits {
  const { intervalMs, nowMs } = settings;
  let delivery: Committable | undefined;
  let generation = 0;
  let isMember = false;
  let failure: { readonly error: unknown } | undefined;
  let committedMs = nowMs();
  let underWay: Promise<void> | undefined;

  const commit = async (): Promise<void> => {
    const begunIn = generation;
    committedMs = nowMs();
    try {
      await delivery?.commitOffsetsIfNecessary(delivery.uncommittedOffsets());
    } catch (error) {
      if (begunIn === generation) failure = { error };
    }
  };
  const start = (): Promise<void> => {
    const started = commit().finally(() => {
      if (underWay === started) underWay = undefined;
    });
    underWay = started;
    return started;
  };
  const timer = setInterval(
    () => {
      const isDue = nowMs() - committedMs >= intervalMs();
      if (isMember && isDue && underWay === undefined) void start();
    },
    Math.min(intervalMs(), LONGEST_TICK_MS),
  );
  timer.unref();

  return {
    follow: (next) => {
      delivery = next;
    },
    throwFailure: () => {
      if (failure === undefined) return;
      const { error } = failure;
      failure = undefined;
      throw error;
    },
    flush: async () => {
      await underWay;
      await start();
    },
    joined: () => {
      generation += 1;
      isMember = true;
      failure = undefined;
    },
    left: () => {
      isMember = false;
    },
    stop: () => clearInterval(timer),
  };
}
