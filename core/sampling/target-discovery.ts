import type { Clock } from '../clock.ts';
import type { KafkaReader } from '../kafka/kafka-reader.ts';
import { lookForTargets, mayGrow, type WatchTarget } from '../kafka/watch-targets.ts';
import type { GroupTarget } from '../plan.ts';
import type { Observation } from '../record/observation.ts';

type Event = Extract<Observation, { kind: 'event' }>;

/** What is watched now, and what is to be told of it. */
export type TargetNews = { readonly targets: readonly WatchTarget[]; readonly events: readonly Event[] };

/** Groups and topics that begin to match while a run goes on. */
export type TargetDiscovery = {
  /** What was found since the last call, or undefined. Begins a look where it is time for one; never waits for it. */
  take(): TargetNews | undefined;
  close(): Promise<void>;
};

export type DiscoveryOptions = {
  /** A connection of its own: brokers answer the requests of one connection one after the other. */
  readonly connect: () => Promise<KafkaReader>;
  readonly clock: Clock;
  readonly wanted: readonly GroupTarget[];
  /** What is watched already. */
  readonly known: readonly WatchTarget[];
  readonly everyMs?: number;
};

/** A look takes at most this share of the time, however many groups and topics a cluster has. */
const greatestShare = 0.05;

/**
 * Looks seldom and on the side, so that no tick waits for it, and only where patterns, or groups without topics, are asked for. What
 * was watched stays so: what went away is told by other events. A look that fails is tried again later; that the broker is away, the
 * readings tell.
 */
export const createTargetDiscovery = ({
  connect,
  clock,
  wanted,
  known,
  everyMs = 10_000,
}: DiscoveryOptions): TargetDiscovery => {
  if (!mayGrow(wanted)) return { take: () => undefined, close: async () => {} };
  let targets = known;
  let news: TargetNews | undefined;
  let reader: KafkaReader | undefined;
  let look: Promise<void> | undefined;
  let nextMs = clock.elapsedMs() + everyMs;
  let isClosed = false;

  const drop = async (): Promise<void> => {
    const old = reader;
    reader = undefined;
    await old?.close().catch(() => {});
  };
  const lookOnce = async (): Promise<void> => {
    const startedMs = clock.elapsedMs();
    try {
      reader ??= await connect();
      if (isClosed) return await drop();
      const found = await lookForTargets(reader, wanted);
      const grown = grow(targets, found.targets, clock.elapsedMs());
      if (grown.events.length > 0) {
        targets = grown.targets;
        news = { targets, events: [...(news?.events ?? []), ...grown.events] };
      }
    } catch {
      await drop();
    }
    const nowMs = clock.elapsedMs();
    nextMs = nowMs + Math.max(everyMs, (nowMs - startedMs) / greatestShare);
  };

  return {
    take: () => {
      if (!isClosed && look === undefined && clock.elapsedMs() >= nextMs)
        look = lookOnce().finally(() => (look = undefined));
      const told = news;
      news = undefined;
      return told;
    },
    close: async () => {
      isClosed = true;
      // A look under way ends with its connection, or as soon as it has one; nobody waits for a broker that is away.
      await drop();
    },
  };
};

/** What was found beside what is known, in the order in which it came. */
const grow = (known: readonly WatchTarget[], found: readonly WatchTarget[], atMs: number): TargetNews => {
  const all = new Map(known.map((target) => [target.group, target]));
  const events: Event[] = [];
  for (const { group, topics } of found) {
    const before = all.get(group);
    const added = topics.filter((topic) => before?.topics.includes(topic) !== true);
    if (added.length === 0) continue;
    all.set(group, { group, topics: [...(before?.topics ?? []), ...added] });
    if (before === undefined)
      events.push({ kind: 'event', atMs, name: 'group-appeared', facts: { group, topics: topics.length } });
    else
      for (const topic of added)
        events.push({ kind: 'event', atMs, name: 'topic-appeared', facts: { group, topic } });
  }
  return { targets: [...all.values()], events };
};
