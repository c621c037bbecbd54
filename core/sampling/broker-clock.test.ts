import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { commitOffset } from '../../fixtures/commit-offset.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { startClock } from '../clock.ts';
import { connectKafka } from '../kafka/kafka-reader.ts';
import type { Observation } from '../record/observation.ts';
import { createBrokerClock } from './broker-clock.ts';

const broker = await useRealBroker();

const bound = (seen: readonly Observation[], name: string): number[] =>
  seen.flatMap((each) => (each.kind === 'gauge' && each.series.name.endsWith(name) ? [each.value] : []));

describe('createBrokerClock on a real broker', { skip: broker.skip }, () => {
  const topic = 'clocked';

  for (const aheadMs of [0, 30_000, -30_000]) {
    it(`finds the broker's clock where the run's is ${aheadMs} ms ahead`, async () => {
      const writer = await connectKafkaWriter(broker.address);
      const reader = await connectKafka({ brokers: [broker.address] });
      const clock = startClock();
      const read = createBrokerClock(reader, {
        ...clock,
        startedAtEpochMs: clock.startedAtEpochMs + aheadMs,
      });
      try {
        await writer.createTopic(topic, 1);
        const group = `clocked-${aheadMs}`;
        const commit = (offset: number) =>
          commitOffset([broker.address], { group, topic, partition: 0, offset });
        // Whoever looks for a coordinator first has the topic of commits made.
        await reader.describe([group]);
        await commit(0);
        const seen = [...(await read([group]))];
        for (let turn = 0; turn < 4; turn += 1) {
          await commit(turn);
          await delay(50);
          seen.push(...(await read([group])));
          // Nothing new was stamped since.
          assert.deepEqual(await read([group]), []);
        }
        const [lows, highs] = [bound(seen, 'at_least'), bound(seen, 'at_most')];
        assert.equal(lows.length, 4);
        // A millisecond is what stamps are rounded to.
        for (const low of lows) assert.ok(low - 1 <= -aheadMs, `at least ${low}`);
        for (const high of highs) assert.ok(high + 1 >= -aheadMs, `at most ${high}`);
      } finally {
        await reader.close();
        await writer.close();
      }
    });
  }

  it('has no reading of a group that commits nothing, and none without a group', async () => {
    const reader = await connectKafka({ brokers: [broker.address] });
    try {
      const read = createBrokerClock(reader, startClock());
      await read(['idle']);
      assert.deepEqual(await read(['idle']), []);
      assert.deepEqual(await read([]), []);
    } finally {
      await reader.close();
    }
  });
});

describe('createBrokerClock', () => {
  const reader = (reason: string) => {
    let asked = 0;
    return {
      asked: () => asked,
      topicsNamed: async () => [
        {
          name: '__consumer_offsets',
          errorCode: 0,
          id: undefined,
          isInternal: true,
          partitions: [{ partition: 0, leader: 1, errorCode: 0 }],
        },
      ],
      greatestTimes: async () => {
        asked += 1;
        return [{ topic: '__consumer_offsets', partition: 0, reason }];
      },
    };
  };

  it('asks no more where it may not, and again where a moment may mend it', async () => {
    for (const [reason, times] of [
      ['TOPIC_AUTHORIZATION_FAILED: we may not Describe it', 1],
      ['UNSUPPORTED_VERSION', 1],
      ['LEADER_NOT_AVAILABLE', 3],
    ] as const) {
      const refusing = reader(reason);
      const read = createBrokerClock(refusing as never, startClock());
      for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(await read(['g']), []);
      assert.equal(refusing.asked(), times, reason);
    }
  });
});
