import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partition } from '../../fixtures/build-record.ts';
import type { GroupDescription } from '../kafka/read-groups.ts';
import type { TopicMetadata } from '../kafka/requests/metadata.ts';
import { inBlocks } from '../record/offset-samples.ts';
import { createChangeWatch } from './kafka-changes.ts';

const topic = (id: string, leaders: readonly number[], name = 'orders'): TopicMetadata => ({
  name,
  id,
  isInternal: false,
  errorCode: 0,
  partitions: leaders.map((leader, index) => ({ partition: index, leader, leaderEpoch: 0 })),
});

const group = (state: string, members = 1): GroupDescription => ({
  protocol: 'classic',
  state,
  members: Array.from({ length: members }, (_, index) => ({
    memberId: `m${index}`,
    clientId: 'app',
    host: '/127.0.0.1',
    assigned: [],
  })),
});

type Sight = {
  topics?: readonly TopicMetadata[];
  groups?: Readonly<Record<string, GroupDescription | null>>;
  brokers?: readonly number[];
};

/** What is told at each look; a group that is null could not be described. */
const changesOver = (...looks: readonly Sight[]): string[][] => {
  const watch = createChangeWatch();
  return looks.map(({ topics = [], groups = {}, brokers = [] }, index) =>
    watch
      .surroundings(index * 5000, {
        topics,
        groups: new Map(
          Object.entries(groups).map(([name, each]) => [name, each ?? { reason: 'NOT_COORDINATOR' }]),
        ),
        brokers: new Map(brokers.map((id) => [id, { host: 'kafka', port: 9090 + id }])),
      })
      .map(({ name, facts }) => [name, ...Object.values(facts)].join(' ')),
  );
};

describe('what changed around the offsets', () => {
  it('is nothing at the first look, nor of what is looked at for the first time', () => {
    const [orders, invoices] = [topic('a', [1]), topic('b', [1], 'invoices')];
    assert.deepEqual(
      changesOver(
        { topics: [orders], groups: { billing: group('Empty', 0) } },
        { topics: [orders, invoices], groups: { billing: group('Empty', 0), mail: group('Empty', 0) } },
      ),
      [[], []],
    );
  });

  it('is a partition that was added, or a leader that moved', () => {
    assert.deepEqual(
      changesOver({ topics: [topic('a', [1, 2])] }, { topics: [topic('a', [1, 3, 1, 1])] })[1],
      ['partitions-added orders 2 4', 'leader-moved orders 1 3'],
    );
  });

  it('is a broker that went or came, and a partition that nobody leads meanwhile', () => {
    assert.deepEqual(
      changesOver(
        { topics: [topic('a', [2])], brokers: [1, 2] },
        { topics: [topic('a', [-1])], brokers: [1] },
        { topics: [topic('a', [1])], brokers: [1, 2] },
      ),
      [
        [],
        ['broker-lost 2 kafka:9092', 'leader-lost orders 0'],
        ['broker-joined 2 kafka:9092', 'leader-moved orders 0 1'],
      ],
    );
  });

  it('is a topic that was made again, also where a look fell between', () => {
    assert.deepEqual(changesOver({ topics: [topic('a', [1])] }, { topics: [topic('b', [1])] })[1], [
      'topic-recreated orders',
    ]);
    const looks = [
      { topics: [topic('a', [1])] },
      {},
      {},
      { topics: [topic('b', [1])] },
      { topics: [topic('b', [1])] },
    ];
    assert.deepEqual(changesOver(...looks), [
      [],
      ['topic-deleted orders'],
      [],
      ['topic-recreated orders'],
      [],
    ]);
  });

  it('is what a group does, whatever the protocol calls it', () => {
    const states = [
      'Stable',
      'PreparingRebalance',
      'CompletingRebalance',
      'Stable',
      'Assigning',
      'Reconciling',
      'Empty',
      'Dead',
    ];
    assert.deepEqual(
      changesOver(...states.map((state) => ({ groups: { billing: group(state, 2) } }))).flat(),
      [
        'group-rebalancing billing 2',
        'group-consuming billing 2',
        'group-rebalancing billing 2',
        'group-empty billing 2',
        'group-gone billing 2',
      ],
    );
  });

  it('is told though the group could not be described for a while', () => {
    assert.deepEqual(
      changesOver(
        { groups: { billing: group('Stable') } },
        { groups: { billing: null } },
        { groups: { billing: group('Empty', 0) } },
      ),
      [[], [], ['group-empty billing 0']],
    );
  });

  it('is a commit that went back or away, and a log that went back', () => {
    const watch = createChangeWatch();
    const told = [
      [100, 200],
      [150, 200],
      [20, 200],
      [null, 200],
      [0, 3],
    ].map(([committed, end], index) => {
      const { samples, ...of } = partition([[index * 1000, committed ?? null, end ?? 0]]);
      const sample = samples[0];
      assert.ok(sample);
      return watch
        .offsets(inBlocks([{ ...of, sample }]))
        .map(({ name, facts }) => [name, facts['from'], facts['to']]);
    });
    assert.deepEqual(told, [
      [],
      [],
      [['offsets-rewound', 150, 20]],
      [['offsets-deleted', 20, undefined]],
      [['log-went-back', 200, 3]],
    ]);
  });
});
