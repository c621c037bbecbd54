import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BrokerLink } from './broker-link.ts';
import type { Cluster } from './cluster.ts';
import { kafkaErrors } from './error-codes.ts';
import { createRouter, type Unread } from './router.ts';

type Item = { readonly name: string };
const items = (...names: string[]): Item[] => names.map((name) => ({ name }));
const linkTo = (id: number): BrokerLink => ({ id }) as unknown as BrokerLink;
const idOf = (link: BrokerLink): number => (link as unknown as { id: number }).id;

/** A router over what `where` says, and what was asked of which broker. */
const routerOver = (where: Record<string, number | Unread>, down: readonly number[] = []) => {
  const asked: [broker: number, names: string][] = [];
  let located = 0;
  const cluster = {
    askBroker: async (id: number, request: (link: BrokerLink) => Promise<unknown>) => {
      if (down.includes(id)) throw new Error(`broker ${id} does not answer`);
      return request(linkTo(id));
    },
  } as Cluster;
  const route = createRouter<Item>(cluster, {
    keyOf: ({ name }) => name,
    locate: async (wanted) => {
      located += 1;
      return new Map(
        wanted.flatMap(({ name }) => (where[name] === undefined ? [] : [[name, where[name]] as const])),
      );
    },
  });
  const ask =
    (answerOf: (broker: number, name: string) => number | undefined = () => 0) =>
    async (link: BrokerLink, those: readonly Item[]) => {
      asked.push([idOf(link), those.map(({ name }) => name).join()]);
      return new Map(
        those.flatMap(({ name }) => {
          const errorCode = answerOf(idOf(link), name);
          return errorCode === undefined ? [] : [[name, { errorCode, by: idOf(link) }] as const];
        }),
      );
    };
  return { route, ask, asked, where, located: () => located };
};

describe('a router', () => {
  it('asks each broker once for all that it has, and looks for nothing twice', async () => {
    const { route, ask, asked, located } = routerOver({ a: 1, b: 2, c: 1 });
    const wanted = items('a', 'b', 'c');
    const first = await route(wanted, ask());
    const second = await route(wanted, ask());
    assert.deepEqual([...first.keys()].sort(), ['a', 'b', 'c']);
    assert.deepEqual([...second.keys()].sort(), ['a', 'b', 'c']);
    assert.deepEqual(asked, [
      [1, 'a,c'],
      [2, 'b'],
      [1, 'a,c'],
      [2, 'b'],
    ]);
    assert.equal(located(), 1);
  });

  it('asks for what has moved once more, where it is now', async () => {
    const world = routerOver({ a: 1, b: 1 });
    const wanted = items('a', 'b');
    await world.route(wanted, world.ask());
    world.where['b'] = 2;
    const answers = await world.route(
      wanted,
      world.ask((broker, name) => (name === 'b' && broker === 1 ? kafkaErrors.NOT_LEADER_OR_FOLLOWER : 0)),
    );
    assert.deepEqual(answers.get('a'), { errorCode: 0, by: 1 });
    assert.deepEqual(answers.get('b'), { errorCode: 0, by: 2 });
    assert.deepEqual(world.asked.slice(1), [
      [1, 'a,b'],
      [2, 'b'],
    ]);
  });

  it('leaves what one broker answers alone where another does not, or leaves some out', async () => {
    const { route, ask } = routerOver({ a: 1, b: 2, c: 1, d: { reason: 'denied' } }, [2]);
    const answers = await route(
      items('a', 'b', 'c', 'd', 'e'),
      ask((_, name) => (name === 'c' ? undefined : 0)),
    );
    assert.deepEqual(answers.get('a'), { errorCode: 0, by: 1 });
    assert.deepEqual(answers.get('b'), { reason: 'broker 2 does not answer' });
    assert.deepEqual(answers.get('c'), { reason: 'no answer' });
    assert.deepEqual(answers.get('d'), { reason: 'denied' });
    assert.deepEqual(answers.get('e'), { reason: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  it('finds what had no place before', async () => {
    const { route, ask, where } = routerOver({ a: 1 });
    const wanted = items('a', 'b');
    assert.ok('reason' in ((await route(wanted, ask())).get('b') ?? {}));
    where['b'] = 1;
    assert.deepEqual((await route(wanted, ask())).get('b'), { errorCode: 0, by: 1 });
  });
});
