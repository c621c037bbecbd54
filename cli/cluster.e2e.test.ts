import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { startClock } from '../core/clock.ts';
import { partitionLag } from '../core/derive/partition-lag.ts';
import { connectKafka } from '../core/kafka/kafka-reader.ts';
import { KnownError } from '../core/errors.ts';
import type { KafkaSecurity } from '../core/kafka/security.ts';
import { runPlanSchema, type GroupTarget } from '../core/plan.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { Observation } from '../core/record/observation.ts';
import { samplesIn } from '../core/record/offset-samples.ts';
import { consumerOffsets } from '../core/sampling/consumer-offsets.ts';
import type { SamplingSession } from '../core/sampling/sampler.ts';
import {
  assertNoStackTrace,
  onlyRunFolder,
  readReport,
  startCli,
  temporaryFolder,
  writeText,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { serveLocally } from '../fixtures/local-http.ts';
import { until } from '../fixtures/processes.ts';
import { useRealCluster } from '../fixtures/real-cluster.ts';

const cluster = await useRealCluster();
const { needed } = await k6ForTest();

/** Each led by another broker, and held by all. */
const spread = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
];

describe('a cluster of three brokers', { skip: cluster.skip, timeout: 600_000 }, () => {
  let writer: KafkaWriter;
  before(async () => {
    writer = await connectKafkaWriter(cluster.addresses);
    await writer.createTopic('orders', spread);
    for (const partition of [0, 1, 2]) {
      await writer.produce('orders', partition, 10);
      await writer.commit('billing', 'orders', partition, partition);
      await writer.commit('mail', 'orders', partition, 10 - partition);
    }
  });
  after(() => writer.close());

  const openSampler = (
    groups: readonly GroupTarget[] = [{ group: 'billing', topics: ['orders'] }, { group: 'mail' }],
    brokers: readonly string[] = cluster.addresses,
    kafkaSecurity?: KafkaSecurity,
  ): Promise<SamplingSession> =>
    consumerOffsets.open({
      plan: runPlanSchema.parse({
        scenario: { name: 'test', script: 'test.js' },
        kafka: { brokers: [...brokers], groups: [...groups] },
      }),
      clock: startClock(),
      watchedProcesses: () => [],
      kafkaSecurity,
    });

  /** Lag of each partition of the group; fails on one that is no exact number. */
  const lagsOf = (seen: readonly Observation[], wanted: string): Record<number, number> =>
    Object.fromEntries(
      samplesIn(seen).flatMap((each) => {
        if (each.group !== wanted) return [];
        const { low, high, isClamped } = partitionLag(each.sample);
        assert.ok(low !== null && low === high && !isClamped, `${each.partition}: ${low} to ${high}`);
        return [[each.partition, low]];
      }),
    );

  const untilAllAreThere = async (): Promise<void> => {
    const reader = await connectKafka({ brokers: cluster.addresses });
    try {
      for (let turn = 0; turn < 600; turn += 1) {
        await reader.topics();
        if (reader.brokers().size === cluster.addresses.length) return;
        await sleep(200);
      }
      assert.fail('a broker did not come back to the cluster');
    } finally {
      await reader.close();
    }
  };

  /** Samples until other leaders of those partitions are told; what was seen on the way, a reading a list. */
  const sampleUntilMoved = async (
    session: SamplingSession,
    partitions: readonly number[],
  ): Promise<(readonly Observation[])[]> => {
    const readings: (readonly Observation[])[] = [];
    const moved = new Set<unknown>();
    const untilMs = performance.now() + 120_000;
    while (!partitions.every((partition) => moved.has(partition))) {
      assert.ok(performance.now() < untilMs, `only ${[...moved].join()} after ${readings.length} readings`);
      // Where nothing at all could be read, for who answers for all groups hangs, the tick is a gap.
      const seen = await session.sample().catch(() => []);
      readings.push(seen);
      for (const each of seen)
        if (each.kind === 'event' && each.name === 'leader-moved') moved.add(each.facts['partition']);
      await sleep(200);
    }
    return readings;
  };

  /** Who leads now, or answers for the group, is found in a while. */
  const untilWhole = async (
    session: SamplingSession,
    group: string,
    truth: Readonly<Record<number, number>>,
  ): Promise<void> => {
    let seen: readonly Observation[] = [];
    const isWhole = async (): Promise<boolean> => {
      seen = await session.sample().catch(() => []);
      return isDeepStrictEqual(lagsOf(seen, group), truth);
    };
    const isRead = await until(isWhole, 60_000);
    assert.ok(isRead, JSON.stringify(seen.filter(({ kind }) => kind === 'gap')));
  };

  it('is read as one: each partition from its leader, each group from its coordinator', async () => {
    const session = await openSampler();
    const seen = await session.sample();
    await session.close();
    assert.deepEqual(lagsOf(seen, 'billing'), { 0: 10, 1: 9, 2: 8 });
    assert.deepEqual(lagsOf(seen, 'mail'), { 0: 0, 1: 1, 2: 2 });
    assert.ok(seen.every(({ kind }) => kind === 'offsets'));
  });

  it('wants TLS and a password at every broker: all are found from one, also after a leader has moved', async () => {
    const { addresses, security } = cluster.secured();
    await writer.createTopic('ledgers', [
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
    for (const partition of [0, 1, 2]) {
      await writer.produce('ledgers', partition, 10);
      await writer.commit('audit', 'ledgers', partition, partition);
    }
    const session = await openSampler([{ group: 'audit' }], addresses.slice(0, 1), security);
    try {
      assert.deepEqual(lagsOf(await session.sample(), 'audit'), { 0: 10, 1: 9, 2: 8 });
      await writer.reassign('ledgers', 0, [2, 3]);
      await sampleUntilMoved(session, [0]);
      await untilWhole(session, 'audit', { 0: 10, 1: 9, 2: 8 });
    } finally {
      await session.close();
    }
    const withoutPassword = { tls: security.tls ?? {} };
    await assert.rejects(
      openSampler([{ group: 'audit' }], addresses, withoutPassword),
      (error) => error instanceof KnownError && /kafka\.sasl/.test(error.remedy ?? ''),
    );
  });

  it('may move a leader and have a broker that hangs: events, gaps at most, never another lag than the true one', async () => {
    const truth: Record<number, number> = { 0: 10, 1: 9, 2: 8 };
    const session = await openSampler();
    await session.sample();
    await writer.reassign('orders', 0, [2, 3]);
    cluster.suspend(3);
    try {
      const readings = await sampleUntilMoved(session, [0, 2]);
      for (const seen of readings)
        for (const [partition, lag] of Object.entries(lagsOf(seen, 'billing')))
          assert.equal(lag, truth[Number(partition)]);
      // Nothing is led by the broker that hangs any more.
      await untilWhole(session, 'billing', truth);
    } finally {
      cluster.resume(3);
      await session.close();
    }
  });

  it(
    'outlives a broker killed in mid-run: the run goes on, and its journal and report name the broker',
    { ...needed },
    async (t) => {
      await untilAllAreThere();
      await writer.createTopic('payments', spread);
      for (const partition of [0, 1, 2]) {
        await writer.produce('payments', partition, 1);
        await writer.commit('ledger', 'payments', partition, 1);
      }
      const server = await serveLocally((_, response) => void response.end());
      t.after(() => server.close());
      const cwd = temporaryFolder(t);
      writeText(
        cwd,
        'load.js',
        `import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 1, duration: '7s' };
export default () => { http.get(__ENV.BASE_URL); sleep(0.1); };
`,
      );
      const { addresses } = cluster;
      const args = ['run', './load.js', '--target', server.url, '--brokers', addresses.join(',')];
      const cli = startCli(t, [...args, '--group', 'ledger', '--drain-timeout', '20s'], {
        cwd,
      });
      await cli.says(/^load .*lag/m);
      for (const partition of [0, 1, 2]) await writer.produce('payments', partition, 5);
      await cluster.kill9(2);
      for (const partition of [0, 1, 2]) {
        await writer.produce('payments', partition, 5);
        await writer.commit('ledger', 'payments', partition, 11);
      }
      const end = await cli.ended;
      assertNoStackTrace(end);
      const folder = onlyRunFolder(join(cwd, 'runs'));
      const record = await readRecord(folder);
      const lost = record.events.find(({ name, facts }) => name === 'broker-lost' && facts['broker'] === 2);
      assert.deepEqual(lost?.facts, { broker: 2, address: addresses[1] });
      assert.ok(record.events.some(({ name, facts }) => name === 'leader-moved' && facts['partition'] === 1));
      assert.ok(record.gaps.some(({ reason }) => reason.includes(`broker 2 (${addresses[1] ?? ''})`)));
      for (const { samples } of record.offsets)
        for (const { low, high, isClamped } of Array.from(samples, partitionLag))
          assert.ok(low !== null && high !== null && low >= 0 && high <= 11 && !isClamped);
      const [run] = readReport(folder).runs;
      const [group] = run?.kafka.groups ?? [];
      // The gap may leave too little for a verdict; that is all that may come of it.
      assert.ok(end.code === 0 || end.code === 3, `exit code ${end.code}\n${end.stderr}`);
      assert.deepEqual(
        [group?.producedMessages, group?.consumedMessages, group?.finalLagMessages],
        [30, 30, 0],
      );
      assert.match(
        readFileSync(join(folder, 'report.ko.md'), 'utf8'),
        /브로커가 클러스터에서 이탈: 브로커 2/,
      );
    },
  );
});
