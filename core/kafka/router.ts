import { reasonOf, type Cluster } from './cluster.ts';
import type { BrokerLink } from './broker-link.ts';
import { errorName, isMoved } from './error-codes.ts';

/** Why something could not be read: Kafka's name of the error, or what the connection said. */
export type Unread = { readonly reason: string };

/** Where things are: the broker that leads a partition, or coordinates a group. */
export type Places<Item> = {
  readonly keyOf: (item: Item) => string;
  /** Broker ids by key, asked anew; a key without a place is left out, or says why. */
  readonly locate: (items: readonly Item[]) => Promise<ReadonlyMap<string, number | Unread>>;
};

type Answer = { readonly errorCode: number };

/** Asks the broker that each item belongs to, all items of one broker in one request. */
export type Router<Item> = <A extends Answer>(
  items: readonly Item[],
  ask: (link: BrokerLink, items: readonly Item[]) => Promise<readonly (readonly [key: string, answer: A])[]>,
) => Promise<ReadonlyMap<string, A | Unread>>;

/** Once where things are thought to be, once more where they have moved to. */
const attempts = 2;

/**
 * Keeps in mind where things are. What has moved, and what a broken connection left unanswered, is located anew and asked for
 * once more; what then is still open stands as unread, each item for itself.
 */
export const createRouter = <Item>(cluster: Cluster, { keyOf, locate }: Places<Item>): Router<Item> => {
  const places = new Map<string, number>();

  const find = async (items: readonly Item[], unread: Map<string, Unread>): Promise<void> => {
    const lost = items.filter((item) => !places.has(keyOf(item)));
    if (lost.length === 0) return;
    const found = await locate(lost);
    for (const item of lost) {
      const key = keyOf(item);
      const place = found.get(key);
      if (typeof place === 'number') places.set(key, place);
      else unread.set(key, place ?? { reason: 'UNKNOWN_TOPIC_OR_PARTITION' });
    }
  };

  return async <A extends Answer>(
    items: readonly Item[],
    ask: (link: BrokerLink, items: readonly Item[]) => Promise<readonly (readonly [string, A])[]>,
  ) => {
    const answers = new Map<string, A>();
    const unread = new Map<string, Unread>();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const open = items.filter((item) => !answers.has(keyOf(item)));
      if (open.length === 0) break;
      unread.clear();
      await find(open, unread);
      const placed = Map.groupBy(open, (item) => places.get(keyOf(item)));
      await Promise.all(
        [...placed].map(async ([broker, those]) => {
          if (broker === undefined) return;
          const forget = (key: string, reason: string): void => {
            places.delete(key);
            unread.set(key, { reason });
          };
          try {
            const told = new Map(await ask(await cluster.broker(broker), those));
            for (const item of those) {
              const key = keyOf(item);
              const answer = told.get(key);
              if (answer === undefined) forget(key, 'no answer');
              else if (isMoved(answer.errorCode)) forget(key, errorName(answer.errorCode));
              else answers.set(key, answer);
            }
          } catch (error) {
            for (const item of those) forget(keyOf(item), reasonOf(error));
          }
        }),
      );
    }
    return new Map<string, A | Unread>([...unread, ...answers]);
  };
};
