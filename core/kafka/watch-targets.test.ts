import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KnownError } from '../errors.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { findTargets, lookForTargets, mayGrow } from './watch-targets.ts';

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
    committedTopics: async (asked) =>
      new Map(
        asked.map((group) => {
          const topics = groups[group];
          return [group, topics === undefined || topics === 'share' ? [] : topics];
        }),
      ),
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
    assert.deepEqual((await findTargets(reader, [{ group: 'billing*' }])).targets, [
      { group: 'billing', topics: ['orders'] },
    ]);
    assert.deepEqual(
      (await findTargets(reader, [{ group: '*' }])).targets.map(({ group }) => group),
      ['billing', 'mail'],
    );
  });

  it('leave internal topics out but where they are named in full', async () => {
    const topicsOf = async (...topics: string[]): Promise<readonly string[] | undefined> =>
      (await findTargets(reader, [{ group: 'mail', topics }])).targets[0]?.topics;
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

  it('are told beside what is missing, where that may still come', async () => {
    const { targets, missing } = await lookForTargets(reader, [
      { group: 'mail', topics: ['orders', 'late'] },
      { group: 'later' },
      { group: 'billing*' },
    ]);
    assert.deepEqual(targets, [
      { group: 'mail', topics: ['orders'] },
      { group: 'billing', topics: ['orders'] },
    ]);
    assert.deepEqual(
      missing.map(({ group, isOneOfMany }) => [group, isOneOfMany]),
      [
        ['later', false],
        ['mail', false],
        ['billing-new', true],
      ],
    );
  });

  it('may grow where a pattern, or no topic, is asked for', () => {
    assert.deepEqual(
      [
        { group: 'billing', topics: ['orders'] },
        { group: 'billing' },
        { group: 'billing', topics: ['orders', '/^o/'] },
        { group: 'b*', topics: ['orders'] },
      ].map((wanted) => mayGrow([wanted])),
      [false, true, true, true],
    );
  });

  it('are no share groups, which a pattern leaves out and tells', async () => {
    assert.deepEqual((await findTargets(reader, [{ group: '*' }])).shareGroups, ['queue']);
    const { message, remedy } = await refusal(findTargets(reader, [{ group: 'queue' }]));
    assert.match(message, /'queue' is a share group/);
    assert.match(remedy ?? '', /KIP-932/);
  });
});
