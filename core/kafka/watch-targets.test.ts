import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KnownError } from '../errors.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { findTargets } from './watch-targets.ts';

/** Groups with the topics they have committed on; `share` ones by their type. */
const readerOf = (groups: Readonly<Record<string, readonly string[] | 'share'>>): KafkaReader =>
  ({
    groups: async () =>
      Object.entries(groups).map(([group, topics]) => ({
        group,
        protocolType: 'consumer',
        state: 'Stable',
        type: topics === 'share' ? 'share' : 'classic',
      })),
    topics: async () =>
      ['orders', 'orders-retry', '__consumer_offsets'].map((name) => ({
        name,
        id: undefined,
        isInternal: name.startsWith('__'),
        errorCode: 0,
        partitions: [],
      })),
    committed: async ([question]) => {
      const topics = groups[question?.group ?? ''];
      return new Map([
        [
          question?.group ?? '',
          new Map((topics === 'share' ? [] : (topics ?? [])).map((topic) => [topic, new Map()])),
        ],
      ]);
    },
    describe: async () => new Map(),
  }) as Partial<KafkaReader> as KafkaReader;

const refusal = async (work: Promise<unknown>): Promise<KnownError> => {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof KnownError);
    return error;
  }
  return assert.fail('expected a KnownError');
};

describe('the groups and topics that are meant', () => {
  const reader = readerOf({ billing: ['orders'], 'billing-new': [], mail: ['orders-retry'], queue: 'share' });

  it('are those of a pattern that read something', async () => {
    assert.deepEqual(await findTargets(reader, [{ group: 'billing*' }]), [
      { group: 'billing', topics: ['orders'] },
    ]);
    assert.deepEqual(
      (await findTargets(reader, [{ group: '*' }])).map(({ group }) => group),
      ['billing', 'mail'],
    );
  });

  it('leave internal topics out but where they are named in full', async () => {
    const topicsOf = async (...topics: string[]): Promise<readonly string[] | undefined> =>
      (await findTargets(reader, [{ group: 'mail', topics }]))[0]?.topics;
    assert.deepEqual(await topicsOf('*'), ['orders', 'orders-retry']);
    assert.deepEqual(await topicsOf('/^orders/', 'orders'), ['orders', 'orders-retry']);
    assert.deepEqual(await topicsOf('__consumer_offsets'), ['__consumer_offsets']);
  });

  it('are refused where one that is named reads nothing, or none of a pattern does', async () => {
    assert.match(
      (await refusal(findTargets(reader, [{ group: 'billing-new' }]))).message,
      /'billing-new' has committed nothing/,
    );
    assert.match((await refusal(findTargets(reader, [{ group: '*-new' }]))).message, /has committed nothing/);
  });

  it('are no share groups', async () => {
    const { message, remedy } = await refusal(findTargets(reader, [{ group: 'queue' }]));
    assert.match(message, /'queue' is a share group/);
    assert.match(remedy ?? '', /KIP-932/);
  });
});
