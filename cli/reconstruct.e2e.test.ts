import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertNoStackTrace,
  assertRefusal,
  lagline,
  readReport,
  temporaryFolder,
  type CliEnd,
} from '../fixtures/cli.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { useRealBroker } from '../fixtures/real-broker.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';

// Everything is allowed on what has no grant; what has one allows nothing else.
const broker = await useRealBroker(() =>
  Promise.resolve({
    settings: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    },
  }),
);

type Rebuilt = {
  readonly code: number | null;
  readonly stderr: string;
  readonly folder: string;
  readonly record: RunRecord;
};

/** A moment is read at the last step before it. */
const stepMs = 200;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** Rebuilds a period with everything in a folder of its own. */
const rebuild = async (
  t: TestContext,
  period: { fromMs: number; toMs: number },
  flags: readonly string[],
): Promise<Rebuilt> => {
  const cwd = temporaryFolder(t);
  const end = await lagline(t, command(period, flags), { cwd });
  assertNoStackTrace(end);
  const [name] = existsSync(join(cwd, 'runs')) ? readdirSync(join(cwd, 'runs')) : [];
  assert.ok(name !== undefined, end.stderr);
  const folder = join(cwd, 'runs', name);
  return { code: end.code, stderr: end.stderr, folder, record: await readRecord(folder) };
};

const command = ({ fromMs, toMs }: { fromMs: number; toMs: number }, flags: readonly string[]): string[] => [
  'reconstruct',
  `--brokers=${broker.address}`,
  `--from=${iso(fromMs)}`,
  `--to=${iso(toMs)}`,
  `--step=${stepMs}ms`,
  ...flags,
];

/** Committed and end offset of a partition at the last reading not after a time. */
const readingAt = (
  { offsets, startedAt }: RunRecord,
  partition: number,
  atEpochMs: number,
): (string | null)[] | undefined => {
  const history = offsets.find((each) => each.partition === partition);
  const sample = [...(history?.samples ?? [])].findLast(
    ({ fromMs }) => fromMs <= atEpochMs - Date.parse(startedAt ?? ''),
  );
  return sample === undefined
    ? undefined
    : [sample.committedAfter?.toString() ?? null, sample.end.toString()];
};

describe('lagline reconstruct on a real broker', { skip: broker.skip, timeout: 600_000 }, () => {
  let writer: KafkaWriter;
  /** What happened, by name, in ms since the epoch; a moment lies a little after it. */
  const moments: Record<string, number> = {};
  const moment = async (name: string): Promise<void> => {
    await sleep(stepMs + 150);
    moments[name] = Date.now();
  };
  const at = (name: string): number => moments[name] ?? assert.fail(`nothing was noted as '${name}'`);

  const untilLogEnd = async (end: number): Promise<void> =>
    until(async () => (await writer.ends('orders'))[0] === String(end));

  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 2);
    await writer.createTopic('invoices', 1);
    await moment('begin');
    // However long each step takes: the lag is known all the time, and never above 130.
    await writer.commit('billing', 'orders', 0, 0);
    await writer.commit('billing', 'orders', 1, 0);
    await writer.produce('orders', 0, 10);
    await writer.commit('billing', 'orders', 0, 10);
    await writer.produce('orders', 0, 90);
    await writer.produce('orders', 1, 40);
    await moment('produced');
    await writer.commit('billing', 'orders', 0, 60);
    await moment('consumed');
    await writer.transaction('aborting', 'abort', {
      group: 'billing',
      topic: 'orders',
      partition: 0,
      offset: 90,
    });
    // The markers of a transaction are written after its end was answered.
    await untilLogEnd(102);
    await moment('aborted');
    await writer.transaction('committing', 'commit', {
      group: 'billing',
      topic: 'orders',
      partition: 0,
      offset: 80,
    });
    await untilLogEnd(104);
    await until(async () => (await writer.committed('billing', 'orders'))[0] === '80');
    await moment('transacted');
    await writer.commit('billing', 'orders', 0, 20);
    await moment('reset');
    await writer.produce('invoices', 0, 5);
    await writer.commit('shipping', 'invoices', 0, 3);
    await moment('shipped');
    await writer.deleteGroup('shipping');
    await moment('end');
  });
  after(() => writer.close());

  it('rebuilds several partitions, a reset and transactions, and writes a run folder like any other', async (t) => {
    const { record, folder, code, stderr } = await rebuild(t, { fromMs: at('begin'), toMs: at('end') }, [
      '--group=billing',
      '--threshold=kafka_lag=max<1000',
      '--threshold=kafka_lag=max<50',
    ]);
    assert.equal(code, 99, stderr);
    const seen = (name: string) => [readingAt(record, 0, at(name)), readingAt(record, 1, at(name))];
    assert.deepEqual(seen('begin'), [
      [null, '0'],
      [null, '0'],
    ]);
    assert.deepEqual(seen('produced'), [
      ['10', '100'],
      ['0', '40'],
    ]);
    assert.deepEqual(seen('consumed')[0], ['60', '100']);
    // The record and the marker of each transaction take an offset.
    assert.deepEqual(seen('aborted')[0], ['60', '102']);
    assert.deepEqual(seen('transacted')[0], ['80', '104']);
    assert.deepEqual(seen('reset')[0], ['20', '104']);
    const [run] = readReport(folder).runs;
    assert.equal(run?.load, null);
    assert.deepEqual(run.reconstruction, { from: iso(at('begin')), to: iso(at('end')) });
    assert.equal(run.kafka.groups[0]?.peakLagMessages, 130);
    assert.deepEqual(run.measurement.gaps, []);
    const markdown = readFileSync(join(folder, 'report.ko.md'), 'utf8');
    assert.match(markdown, /과거 구간 재구성/);
    assert.doesNotMatch(markdown, /k6 테스트 결과|부하 종료|테스트 환경 시뮬레이션/);

    const again = await lagline(t, ['gate', folder, '--threshold', 'kafka_lag=max<1000'], { cwd: folder });
    assert.equal(again.code, 0, again.stdout + again.stderr);
  });

  it('rebuilds a group that has been deleted since, until it was', async (t) => {
    const { record } = await rebuild(t, { fromMs: at('reset'), toMs: at('end') }, ['--group=shipping']);
    assert.deepEqual(readingAt(record, 0, at('shipped')), ['3', '5']);
    assert.deepEqual(readingAt(record, 0, at('end')), [null, '5']);
  });

  it('joins nothing and commits nothing', async (t) => {
    const state = async () => [await writer.groups(), await writer.committed('billing', 'orders')];
    const before = await state();
    await rebuild(t, { fromMs: at('begin'), toMs: at('end') }, ['--group=billing']);
    assert.deepEqual(await state(), before);
  });

  it('says what it cannot rebuild, and writes nothing', async (t) => {
    const cwd = temporaryFolder(t);
    const [fromMs, toMs] = [at('begin'), at('end')];
    const refused = async (period: { fromMs: number; toMs: number }, flags: string[], words: string[]) =>
      assertRefusal(await lagline(t, command(period, flags), { cwd }), words);
    await refused({ fromMs, toMs }, ['--group=biling'], ["'biling'", 'billing']);
    await refused({ fromMs, toMs }, ['--group=billing', '--topic=order'], ["'order'", 'orders']);
    await refused(
      { fromMs: fromMs - 7_200_000, toMs: fromMs - 3_600_000 },
      ['--group=billing'],
      ["'billing' had nothing committed", '--from and --to'],
    );
    assert.deepEqual(existsSync(join(cwd, 'runs')) ? readdirSync(join(cwd, 'runs')) : [], []);
  });

  it('knows what retention has left of a topic, and of which stretch it knows nothing', async (t) => {
    await writer.createTopic('clicks', 1);
    await writer.produce('clicks', 0, 10);
    await writer.commit('counting', 'clicks', 0, 5);
    await moment('old');
    await writer.produce('clicks', 0, 10);
    await writer.commit('counting', 'clicks', 0, 18);
    await moment('new');
    await writer.deleteRecords('clicks', 0, 12);
    const { record, stderr } = await rebuild(t, { fromMs: at('old') - 200, toMs: at('new') }, [
      '--group=counting',
    ]);
    assert.equal(readingAt(record, 0, at('old')), undefined);
    assert.deepEqual(readingAt(record, 0, at('new')), ['18', '20']);
    assert.deepEqual(
      record.gaps.map(({ source, fromMs, reason }) => [source, fromMs, reason]),
      [['kafka', 0, 'topic-retention']],
    );
    assert.match(stderr, /missing: counting\/clicks, partitions 0, from .* topic-retention/);

    const all = await lagline(
      t,
      command({ fromMs: at('old') - 200, toMs: at('old') }, ['--group=counting']),
      { cwd: temporaryFolder(t) },
    );
    assertRefusal(all, ["retention has taken the records of 'clicks'"]);
  });

  it('says from when on compaction of __consumer_offsets has left the commits', async (t) => {
    await writer.configureBroker({ 'log.cleaner.backoff.ms': '200' });
    await writer.configureTopic('__consumer_offsets', {
      'segment.ms': '1000',
      'min.cleanable.dirty.ratio': '0.01',
    });
    const fromMs = Date.now();
    await writer.createTopic('events', 1);
    await writer.produce('events', 0, 100);
    for (let offset = 1; offset <= 40; offset += 1) {
      await writer.commit('tailing', 'events', 0, offset);
      await sleep(50);
    }
    // A segment is closed by the first record that comes when its time is up; only closed ones are compacted.
    await until(async () => {
      await writer.commit('tailing', 'events', 0, 50);
      const early = await lagline(t, command({ fromMs, toMs: Date.now() }, ['--group=tailing', '--quiet']), {
        cwd: temporaryFolder(t),
      });
      return /commits-compacted/.test(early.stderr);
    });
    const { record } = await rebuild(t, { fromMs, toMs: Date.now() }, ['--group=tailing']);
    const [gap] = record.gaps;
    assert.equal(gap?.reason, 'commits-compacted');
    const known = [...(record.offsets[0]?.samples ?? [])];
    assert.ok(known.length > 0 && known.every(({ fromMs: seenMs }) => seenMs >= gap.toMs));
    assert.equal(known.at(-1)?.committedAfter, 50n);
    const event = record.events.find(({ name }) => name === 'history-missing');
    assert.deepEqual([event?.facts['partitions'], event?.facts['reason']], ['0', 'commits-compacted']);
  });

  // Last, for a client that has produced to it asks for it from then on.
  it('names a topic that has been deleted', async (t) => {
    await writer.createTopic('gone', 1);
    await writer.produce('gone', 0, 3);
    await writer.commit('leaving', 'gone', 0, 1);
    await moment('left');
    await writer.deleteTopic('gone');
    await sleep(500);
    const end = await lagline(
      t,
      command({ fromMs: at('left') - 400, toMs: at('left') }, ['--group=leaving']),
      {
        cwd: temporaryFolder(t),
      },
    );
    assertRefusal(end, ["'gone'", 'has been deleted']);
  });
});

// Behind the others, who may not read __consumer_offsets from then on but by grant.
describe('lagline reconstruct with the least that it needs', { skip: broker.skip, timeout: 600_000 }, () => {
  let writer: KafkaWriter;
  let fromMs = 0;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('granted-orders', 1);
    fromMs = Date.now();
    await writer.produce('granted-orders', 0, 10);
    await writer.commit('granted-billing', 'granted-orders', 0, 4);
    await sleep(500);
    await writer.grant('topic', 'granted-orders', 'Describe');
    await writer.grant('topic', '__consumer_offsets', 'Read');
    await writer.grant('group', 'granted-billing', 'Describe');
  });
  after(() => writer.close());

  const grantedCommand = (): string[] => [
    'reconstruct',
    `--brokers=${broker.address}`,
    '--group=granted-billing',
    `--from=${new Date(fromMs).toISOString()}`,
    '--step=100ms',
    '--json',
  ];

  /** A grant takes effect a moment after the broker has taken it. */
  const untilNotAllowed = (work: () => Promise<void>): Promise<void> =>
    until(() =>
      work().then(
        () => false,
        () => true,
      ),
    );
  /** Calls the command until it ends so. */
  const untilCode = async (t: TestContext, code: number): Promise<CliEnd> => {
    let end: CliEnd | undefined;
    await until(async () => {
      end = await lagline(t, grantedCommand(), { cwd: temporaryFolder(t) });
      return end.code === code;
    });
    return end ?? assert.fail();
  };

  it('needs no more than to describe the topic and to read __consumer_offsets', async (t) => {
    let produced = 10;
    await untilNotAllowed(async () => {
      await writer.produce('granted-orders', 0, 1);
      produced += 1;
    });
    await untilNotAllowed(() => writer.commit('granted-billing', 'granted-orders', 0, 4));
    const { stdout } = await untilCode(t, 0);
    assert.ok(stdout.includes(`"finalLagMessages": ${produced - 4}`), `${produced} produced, 4 committed`);
  });

  it('names the grant that is missing', async (t) => {
    await writer.revoke('__consumer_offsets');
    await writer.grant('topic', '__consumer_offsets', 'Describe');
    assertRefusal(await untilCode(t, 2), [
      "does not let us read the topic '__consumer_offsets'",
      '--operation Read --topic __consumer_offsets',
    ]);
    await writer.revoke('granted-orders');
    await writer.grant('topic', '__consumer_offsets', 'Read');
    await writer.grant('topic', 'granted-orders', 'Read');
    await untilCode(t, 0);
  });
});

describe('lagline reconstruct without a broker', () => {
  it('checks the period before anything else', async (t) => {
    const cwd = temporaryFolder(t);
    const refused = async (flags: readonly string[], words: readonly string[]) =>
      assertRefusal(
        await lagline(t, ['reconstruct', '--brokers=127.0.0.1:1', '--group=billing', ...flags], { cwd }),
        [...words],
      );
    await refused(['--from=2999-01-01T00:00:00Z'], ["--from '2999-01-01T00:00:00Z'", 'yet to come']);
    await refused(['--from=-1h', '--to=-2h'], ['is not before']);
    await refused(['--from=yesterday'], ["--from 'yesterday' is not a time"]);
    await refused(['--from=2026-03-14 14:00'], ['time zone', '+09:00']);
    await refused(['--from=-48h', '--step=100ms'], ['more than 100000 readings', '--step']);
    await refused(['--from=-2h', '--threshold=http_req_duration=p(95)<500'], ['http_req_duration', 'past']);
    await refused(['--from=-2h'], ['127.0.0.1:1']);
  });
});

const until = async (holds: () => Promise<boolean>, withinMs = 180_000): Promise<void> => {
  const untilMs = performance.now() + withinMs;
  while (!(await holds())) {
    assert.ok(performance.now() < untilMs, `waited for ${withinMs} ms in vain`);
    await sleep(500);
  }
};
