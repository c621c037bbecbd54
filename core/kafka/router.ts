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

/** What one broker answered of its items, and which of them it leaves open: they are not in it, or have moved. */
export type Told<Item, Part> = {
  readonly part: Part;
  readonly open: readonly (readonly [item: Item, reason: string])[];
};

/** Answers of brokers, in the order in which they came; of an item that is in several of them the last counts. */
export type Parts<Part> = {
  readonly parts: readonly Part[];
  /** Of items that stayed open, whatever the parts say of them. */
  readonly unread: ReadonlyMap<string, Unread>;
};

/**
 * Asks the broker that each item belongs to, all items of one broker in one request. As long as the items are the same array and
 * nothing has moved, so are those of a broker: what was made of them may be kept.
 */
export type PartRouter<Item> = <Part>(
  items: readonly Item[],
  ask: (link: BrokerLink, items: readonly Item[]) => Promise<Told<Item, Part>>,
) => Promise<Parts<Part>>;

/** The same where an answer has an item by its key. */
export type Router<Item> = <A extends Answer>(
  items: readonly Item[],
  ask: (link: BrokerLink, items: readonly Item[]) => Promise<ReadonlyMap<string, A>>,
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
export const createPartRouter = <Item extends object>(
  cluster: Cluster,
  { keyOf, locate }: Places<Item>,
): PartRouter<Item> => {
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

  return async <Part>(
    items: readonly Item[],
    ask: (link: BrokerLink, items: readonly Item[]) => Promise<Told<Item, Part>>,
  ) => {
    const parts: Part[] = [];
    const reasons = new Map<string, Unread>();
    let wanted = items;
    for (let attempt = 1; attempt <= attempts && wanted.length > 0; attempt += 1) {
      const { byBroker, unread } = await place(wanted);
      reasons.clear();
      for (const [key, reason] of unread) reasons.set(key, reason);
      const open = unread.size === 0 ? [] : wanted.filter((item) => unread.has(keyOf(item)));
      const lose = (item: Item, reason: string): void => {
        const key = keyOf(item);
        forget(key);
        reasons.set(key, { reason });
        open.push(item);
      };
      await Promise.all(
        [...byBroker].map(async ([broker, those]) => {
          try {
            const told = await cluster.askBroker(broker, (link) => ask(link, those));
            parts.push(told.part);
            for (const [item, reason] of told.open) lose(item, reason);
          } catch (error) {
            for (const item of those) lose(item, messageOf(error));
          }
        }),
      );
      wanted = open;
    }
    return { parts, unread: reasons };
  };
};

export const createRouter = <Item extends object>(cluster: Cluster, places: Places<Item>): Router<Item> =>
  routeByKey(createPartRouter(cluster, places), places.keyOf);

export const routeByKey =
  <Item>(route: PartRouter<Item>, keyOf: Places<Item>['keyOf']): Router<Item> =>
  async <A extends Answer>(
    items: readonly Item[],
    ask: (link: BrokerLink, items: readonly Item[]) => Promise<ReadonlyMap<string, A>>,
  ) =>
    byKey(
      await route(items, async (link, those) => {
        const part = await ask(link, those);
        return { part, open: openAmong(those, (item) => part.get(keyOf(item))?.errorCode) };
      }),
    );

/** Items of which an answer says nothing, or that they have moved. */
export const openAmong = <Item>(
  items: readonly Item[],
  errorCodeOf: (item: Item) => number | undefined,
): Told<Item, unknown>['open'] =>
  items.flatMap((item) => {
    const code = errorCodeOf(item);
    if (code === undefined) return [[item, 'no answer'] as const];
    return isMoved(code) ? [[item, errorName(code)] as const] : [];
  });

/** Of one broker, which is the rule, nothing has to be put together. */
const byKey = <A>({ parts, unread }: Parts<ReadonlyMap<string, A>>): ReadonlyMap<string, A | Unread> => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && unread.size === 0) return only;
  const all = new Map<string, A | Unread>();
  for (const part of parts) for (const [key, answer] of part) all.set(key, answer);
  for (const [key, reason] of unread) all.set(key, reason);
  return all;
};
