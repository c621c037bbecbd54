import { messageOf } from '../errors.ts';
import type { Cluster } from './cluster.ts';
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

/**
 * Asks the broker that each item belongs to, all items of one broker in one request. As long as the items are the same array and
 * nothing has moved, so are those of a broker: what was made of them may be kept. `ask` answers a Map of its own.
 */
export type Router<Item> = <A extends Answer>(
  items: readonly Item[],
  ask: (link: BrokerLink, items: readonly Item[]) => Promise<Map<string, A>>,
) => Promise<ReadonlyMap<string, A | Unread>>;

/** Once where things are thought to be, once more where they have moved to. */
const attempts = 2;

/** Items by broker, and why those are left out that have none. */
type Placed<Item> = {
  readonly byBroker: ReadonlyMap<number, readonly Item[]>;
  readonly unread: ReadonlyMap<string, Unread>;
};

/**
 * Keeps in mind where things are. What has moved, and what a broken connection left unanswered, is located anew and asked for
 * once more; what then is still open stands as unread, each item for itself.
 */
export const createRouter = <Item extends object>(
  cluster: Cluster,
  { keyOf, locate }: Places<Item>,
): Router<Item> => {
  const places = new Map<string, number>();
  let kept = new WeakMap<readonly Item[], Placed<Item>>();

  const forget = (key: string): void => {
    places.delete(key);
    kept = new WeakMap();
  };

  const place = async (items: readonly Item[]): Promise<Placed<Item>> => {
    const known = kept.get(items);
    if (known !== undefined) return known;
    const lost = items.filter((item) => !places.has(keyOf(item)));
    const found = lost.length === 0 ? new Map<string, number | Unread>() : await locate(lost);
    const unread = new Map<string, Unread>();
    for (const item of lost) {
      const key = keyOf(item);
      const broker = found.get(key);
      if (typeof broker === 'number') places.set(key, broker);
      else unread.set(key, broker ?? { reason: 'UNKNOWN_TOPIC_OR_PARTITION' });
    }
    const byBroker = new Map<number, Item[]>();
    for (const item of items) {
      const broker = places.get(keyOf(item));
      if (broker === undefined) continue;
      const those = byBroker.get(broker);
      if (those === undefined) byBroker.set(broker, [item]);
      else those.push(item);
    }
    const placed = { byBroker, unread };
    // What has no place yet may have one the next time.
    if (unread.size === 0) kept.set(items, placed);
    return placed;
  };

  return async <A extends Answer>(
    items: readonly Item[],
    ask: (link: BrokerLink, items: readonly Item[]) => Promise<Map<string, A>>,
  ) => {
    let answers = new Map<string, A | Unread>();
    let open = items;
    for (let attempt = 1; attempt <= attempts && open.length > 0; attempt += 1) {
      const { byBroker, unread } = await place(open);
      for (const [key, reason] of unread) answers.set(key, reason);
      const retry = open.filter((item) => unread.has(keyOf(item)));
      const lose = (item: Item, reason: string): void => {
        const key = keyOf(item);
        forget(key);
        answers.set(key, { reason });
        retry.push(item);
      };
      await Promise.all(
        [...byBroker].map(async ([broker, those]) => {
          try {
            const told: Map<string, A | Unread> = await cluster.askBroker(broker, (link) => ask(link, those));
            // The first answer is gone on with: of one broker, which is the rule, nothing has to be put together.
            if (answers.size === 0) answers = told;
            for (const item of those) {
              const key = keyOf(item);
              const answer = told.get(key);
              if (answer === undefined) lose(item, 'no answer');
              else if ('errorCode' in answer && isMoved(answer.errorCode))
                lose(item, errorName(answer.errorCode));
              else if (told !== answers) answers.set(key, answer);
            }
          } catch (error) {
            for (const item of those) lose(item, messageOf(error));
          }
        }),
      );
      open = retry;
    }
    return answers;
  };
};
