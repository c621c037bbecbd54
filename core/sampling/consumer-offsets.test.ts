import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { until } from '../../fixtures/processes.ts';
import { connectKafkaWriter, type KafkaWriter } from '../../fixtures/kafka-writer.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import { runPlanSchema, type RunPlan } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { samplesIn } from '../record/offset-samples.ts';
import { consumerOffsets } from './consumer-offsets.ts';

const broker = await useRealBroker();

const planFor = (brokers: readonly string[], group: string, topics?: readonly string[]): RunPlan =>
  runPlanSchema.parse({
    scenario: { name: 'test', script: 'test.js' },
    kafka: {
      brokers: [...brokers],
      groups: [{ group, ...(topics === undefined ? {} : { topics: [...topics] }) }],
    },
  });

const open = (plan: RunPlan, clock = startClock()) =>
  consumerOffsets.open({ plan, clock, watchedProcesses: () => [] });

/** A clock that can be put forward, so that what is done seldom is done now. */
const adjustableClock = () => {
  const clock = startClock();
  let aheadMs = 0;
  return {
    clock: { ...clock, elapsedMs: () => clock.elapsedMs() + aheadMs },
    forward: (ms: number): void => void (aheadMs += ms),
  };
};

const refusal = async (plan: RunPlan): Promise<KnownError> => {
  try {
    await (await open(plan)).close();
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
  return assert.fail('expected a KnownError');
};

const offsetsOf = (observations: readonly Observation[]) =>
  samplesIn(observations).map(({ partition, sample }) => ({ partition, ...sample }));

describe('consumerOffsets on a real broker', { skip: broker.skip }, () => {
  let writer: KafkaWriter;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 2);
    await writer.produce('orders', 0, 10);
    await writer.produce('orders', 1, 4);
    await writer.commit('billing', 'orders', 0, 7);
  });
  after(() => writer.close());

  it('reads committed and end offsets of each partition, and says null where nothing was committed', async () => {
    const session = await open(planFor([broker.address], 'billing', ['orders']));
    const [first, second] = offsetsOf(await session.sample());
    await session.close();
    assert.equal(first?.committedBefore, 7n);
    assert.equal(first?.committedAfter, 7n);
    assert.equal(first?.end, 10n);
    assert.equal(first?.logStart, 0n);
    assert.equal(second?.committedBefore, null);
    assert.equal(second?.end, 4n);
  });

  it('reads the committed offsets before and after the end offsets', async () => {
    const session = await open(planFor([broker.address], 'billing', ['orders']));
    const [sample] = offsetsOf(await session.sample());
    await session.close();
    assert.ok(sample !== undefined);
    assert.ok(
      sample.fromMs <= sample.endSentMs &&
        sample.endSentMs <= sample.endReceivedMs &&
        sample.endReceivedMs <= sample.toMs,
    );
  });

  it('tells which member holds which partitions, once', async () => {
    const consumer = await writer.consume({
      group: 'shipping',
      topic: 'orders',
      commitEveryMs: 50,
      handle: async () => {},
    });
    const session = await open(planFor([broker.address], 'shipping', ['orders']));
    const assignments = async () =>
      (await session.sample()).flatMap((seen) => (seen.kind === 'assignment' ? [seen] : []));
    let told = await assignments();
    // It looks again after five seconds where the group was still joining.
    for (let turn = 0; told.length === 0 && turn < 600; turn += 1) {
      await sleep(100);
      told = await assignments();
    }
    const again = await assignments();
    await session.close();
    await consumer.stop();
    assert.deepEqual(
      told.map(({ group, topic, members }) => [group, topic, members.map(({ partitions }) => partitions)]),
      [['shipping', 'orders', [[0, 1]]]],
    );
    assert.deepEqual(again, []);
  });

  it('knows a group that rebalances, and one whose members consume', async () => {
    await writer.createTopic('shared', 2);
    await writer.produce('shared', 0, 1);
    let goOn = (): void => {};
    const busy = new Promise<void>((resolve) => (goOn = resolve));
    const join = (handle: () => Promise<void>) =>
      writer.consume({ group: 'crowd', topic: 'shared', commitEveryMs: 50, handle });
    // Busy with its message, it does not come when all are asked to join anew.
    let isBusy = false;
    const first = await join(() => {
      isBusy = true;
      return busy;
    });
    assert.ok(await until(() => isBusy, 60_000));
    const { clock, forward } = adjustableClock();
    const session = await open(planFor([broker.address], 'crowd', ['shared']), clock);
    const seen: Observation[] = [];
    const reads = (state: 'rebalancing' | undefined): Promise<boolean> =>
      until(async () => {
        forward(5000);
        const now = await session.sample();
        seen.push(...now);
        const states = offsetsOf(now).map(({ groupState }) => groupState);
        return states.length === 2 && states.every((each) => each === state);
      }, 60_000);
    assert.ok(await reads(undefined));
    const second = join(async () => {});
    assert.ok(await reads('rebalancing'));
    goOn();
    assert.ok(await reads(undefined));
    await session.close();
    await Promise.all([first.stop(), (await second).stop()]);
    assert.deepEqual(seen.flatMap((each) => (each.kind === 'event' ? [each.name] : [])).slice(0, 2), [
      'group-rebalancing',
      'group-consuming',
    ]);
  });

  it('knows the marker behind the last message of a committed transaction, and an open one', async () => {
    await writer.createTopic('payments', 2);
    const [done, pending] = [
      await writer.beginTransaction('payments', 0, 3),
      await writer.beginTransaction('payments', 1, 2),
    ];
    await done.commit();
    await writer.commit('ledger', 'payments', 0, 3);
    await writer.commit('ledger', 'payments', 1, 0);
    const session = await open(planFor([broker.address], 'ledger', ['payments']));
    // The marker is written after the commit was answered.
    let seen = offsetsOf(await session.sample());
    const isMarked = async (): Promise<boolean> => {
      seen = offsetsOf(await session.sample());
      return seen[0]?.isMarkersOnly === true;
    };
    assert.ok(await until(isMarked, 60_000));
    await session.close();
    await pending.abort();
    const [marked, held] = seen;
    assert.deepEqual([marked?.end, marked?.isMarkersOnly, marked?.groupState], [4n, true, 'empty']);
    assert.deepEqual([held?.end, held?.highWatermark, held?.isMarkersOnly], [0n, 2n, undefined]);
  });

  it('does not take messages for markers, and knows a compacted topic', async () => {
    await writer.createTopic('balances', 1);
    await writer.produce('balances', 0, 2);
    // Later records would need keys.
    await writer.configureTopic('balances', { 'cleanup.policy': 'compact' });
    await writer.commit('ledger', 'balances', 0, 1);
    const session = await open(planFor([broker.address], 'ledger', ['balances']));
    let seen = offsetsOf(await session.sample());
    const isKnown = async (): Promise<boolean> => {
      seen = offsetsOf(await session.sample());
      return seen[0]?.isCompacted === true;
    };
    assert.ok(await until(isKnown, 60_000));
    for (let tick = 0; tick < 3; tick += 1) seen = offsetsOf(await session.sample());
    await session.close();
    assert.deepEqual([seen[0]?.isCompacted, seen[0]?.isMarkersOnly], [true, undefined]);
  });

  it("finds a group's topics by itself", async () => {
    const session = await open(planFor([broker.address], 'billing'));
    assert.equal(offsetsOf(await session.sample()).length, 2);
    await session.close();
  });

  it('takes groups and topics by glob and by expression, internal topics aside', async () => {
    await writer.commit('billing-archive', 'orders', 1, 2);
    const session = await open(planFor([broker.address], 'billing*', ['/^o/', '*']));
    const seen = await session.sample();
    await session.close();
    const groups = new Set(seen.map((each) => (each.kind === 'offsets' ? each.block.group : each.kind)));
    assert.deepEqual([...groups].sort(), ['billing', 'billing-archive']);
    assert.ok(seen.every((each) => each.kind === 'offsets' && !each.block.topic.startsWith('__')));
    const error = await refusal(planFor([broker.address], 'x*'));
    assert.match(error.message, /no consumer group on the broker matches 'x\*'/);
    assert.match((await refusal(planFor([broker.address], '/(/'))).message, /no regular expression/);
  });

  it('picks up groups and topics that begin to match while it runs', async () => {
    await writer.createTopic('late-a', 1);
    await writer.commit('late-one', 'late-a', 0, 0);
    const { clock, forward } = adjustableClock();
    const session = await open(planFor([broker.address], 'late-*', ['late-*']), clock);
    const seen: Observation[] = [];
    const places = (): string[] => [
      ...new Set(samplesIn(seen).map(({ group, topic, partition }) => `${group} ${topic}/${partition}`)),
    ];
    const events = (): unknown[] =>
      seen.flatMap((each) => (each.kind === 'event' ? [[each.name, ...Object.values(each.facts)]] : []));
    const tick = async (): Promise<void> => void seen.push(...(await session.sample()));
    await tick();
    assert.deepEqual(places(), ['late-one late-a/0']);
    await writer.createTopic('late-b', 2);
    await writer.produce('late-b', 1, 3);
    await writer.createTopic('other', 1);
    await writer.commit('late-two', 'late-b', 1, 1);
    await writer.commit('nobody-asked', 'late-b', 1, 1);
    await tick();
    assert.deepEqual([places().length, events()], [1, []]);
    forward(10_000);
    assert.ok(
      await until(async () => {
        await tick();
        return places().length === 6;
      }, 60_000),
      `seen: ${places().join(', ')}`,
    );
    await session.close();
    assert.deepEqual(
      places().sort(),
      ['one', 'two'].flatMap((group) => ['a/0', 'b/0', 'b/1'].map((place) => `late-${group} late-${place}`)),
    );
    assert.deepEqual(events(), [
      ['topic-appeared', 'late-one', 'late-b'],
      ['group-appeared', 'late-two', 2],
    ]);
    const added = offsetsOf(seen).find(({ end }) => end === 3n);
    assert.deepEqual([added?.committedBefore, added?.end], [null, 3n]);
  });

  it('picks up what a group that was asked for without topics begins to read', async () => {
    await writer.createTopic('first', 1);
    await writer.createTopic('second', 1);
    await writer.commit('roaming', 'first', 0, 0);
    const { clock, forward } = adjustableClock();
    const session = await open(planFor([broker.address], 'roaming'), clock);
    assert.equal(offsetsOf(await session.sample()).length, 1);
    await writer.commit('roaming', 'second', 0, 0);
    forward(10_000);
    assert.ok(await until(async () => offsetsOf(await session.sample()).length === 2, 60_000));
    await session.close();
  });

  it('tells of a topic that was deleted and made again, and of partitions that were added', async () => {
    await writer.createTopic('reborn', 1);
    await writer.produce('reborn', 0, 5);
    await writer.commit('reader', 'reborn', 0, 4);
    const { clock, forward } = adjustableClock();
    const session = await open(planFor([broker.address], 'reader', ['reborn']), clock);
    const seen: Observation[] = [...(await session.sample())];
    const told = (): string[] => seen.flatMap((each) => (each.kind === 'event' ? [each.name] : []));
    const tells = async (name: string): Promise<void> => {
      const isTold = await until(async () => {
        forward(5000);
        seen.push(...(await session.sample()));
        return told().includes(name);
      }, 60_000);
      assert.ok(isTold, `not told: ${name}; but ${told().join(', ')}`);
    };
    await writer.deleteTopic('reborn');
    await tells('topic-deleted');
    await writer.createTopic('reborn', 1);
    await tells('topic-recreated');
    await writer.addPartitions('reborn', 3);
    await tells('partitions-added');
    await session.close();
    assert.deepEqual(new Set(offsetsOf(seen).map(({ partition }) => partition)), new Set([0, 1, 2]));
    const added = new Set(offsetsOf(seen).flatMap(({ partition, isAdded }) => (isAdded ? [partition] : [])));
    assert.deepEqual(added, new Set([1, 2]));
    // The group's commit went with the topic, which is no lag.
    const last = offsetsOf(seen).findLast(({ partition }) => partition === 0);
    assert.deepEqual([last?.end, last?.committedBefore, last?.committedAfter], [0n, null, null]);
  });

  it('refuses a group that does not exist and names those that do', async () => {
    const error = await refusal(planFor([broker.address], 'biling'));
    assert.equal(error.code, 'group-missing');
    assert.match(error.message, /'biling' does not exist/);
    assert.match(error.remedy ?? '', /billing/);
  });

  it('refuses a topic that does not exist', async () => {
    const error = await refusal(planFor([broker.address], 'billing', ['order']));
    assert.equal(error.code, 'topic-missing');
    assert.match(error.remedy ?? '', /orders/);
  });
});

describe('consumerOffsets without a broker', () => {
  it('says which broker refuses', async () => {
    const error = await refusal(planFor(['127.0.0.1:1'], 'billing'));
    assert.equal(error.code, 'broker-unreachable');
    assert.match(error.message, /127\.0\.0\.1:1/);
  });

  it('gives up on one that accepts connections but never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const startedMs = performance.now();
    const error = await refusal(planFor([`127.0.0.1:${port}`], 'billing'));
    silent.close();
    assert.equal(error.code, 'broker-unreachable');
    assert.ok(performance.now() - startedMs < 60_000);
  });

  it('samples nothing where no broker is planned', async () => {
    const plan = runPlanSchema.parse({ scenario: { name: 'test', script: 'test.js' } });
    const session = await open(plan);
    assert.deepEqual(await session.sample(), []);
    await session.close();
  });
});
