import assert from 'node:assert/strict';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { after, before, describe, it, type TestContext } from 'node:test';
import { loadEndMs } from '../core/derive/phases.ts';
import { curvesOf } from '../core/derive/offset-curves.ts';
import { groupTimeLag } from '../core/derive/time-lag/group-time-lag.ts';
import { isTimeLag } from '../core/derive/time-lag/time-lag.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { RunReport } from '../core/report-document.ts';
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
import { plainProperties, useSecuredBroker } from '../fixtures/secured-broker.ts';

// A backlog of an hour before stands when the run begins. Who watches may read the records of one topic, and only describe the other.

const broker = await useSecuredBroker();
const { needed } = await k6ForTest();

const oldMessages = 600;
const newMessages = 40;
/** From so long before the test on, one message every `apartMs`. */
const agoMs = 3_600_000;
const apartMs = 1000;

type Group = { readonly group: string; readonly topic: string };
const denied: Group = { group: 'billing', topic: 'orders' };
const allowed: Group = { group: 'shipping', topic: 'parcels' };

/** Between these two a commit took effect, in ms since the epoch. */
type Between = { readonly fromMs: number; readonly toMs: number };

describe(
  'a run that begins with a backlog of an hour before',
  { skip: needed.skip ?? broker.plain.skip, timeout: 600_000 },
  () => {
    let writer: KafkaWriter;
    let firstMs = 0;
    before(async () => {
      writer = await connectKafkaWriter(broker.plain.address);
      firstMs = Date.now() - agoMs;
      const times = Array.from({ length: oldMessages }, (_, index) => firstMs + index * apartMs);
      for (const { group, topic } of [denied, allowed]) {
        await writer.createTopic(topic, 1);
        await writer.produceAt(topic, 0, times);
        await writer.commit(group, topic, 0, 0);
        await writer.grant('topic', topic, 'Describe', 'User:plain');
        await writer.grant('group', group, 'Describe', 'User:plain');
      }
      await writer.grant('topic', allowed.topic, 'Read', 'User:plain');
    });
    after(() => writer.close());

    const commitAll = async (offset: number): Promise<Between> => {
      const fromMs = Date.now();
      for (const { group, topic } of [denied, allowed]) await writer.commit(group, topic, 0, offset);
      return { fromMs, toMs: Date.now() };
    };

    /** Until the journal of the run says of both groups when the message at this offset was made. */
    const untilDated = async (runs: string, offset: bigint): Promise<void> => {
      let offsets: RunRecord['offsets'] = [];
      const isDated = async (): Promise<boolean> => {
        offsets = (await readRecord(onlyRunFolder(runs))).offsets;
        const dated = offsets.filter(({ samples }) =>
          [...samples].some(({ recordTimes = [] }) =>
            recordTimes.some((time) => time.offset === offset && time.lowMs !== null),
          ),
        );
        return dated.length === 2;
      };
      const isTold = await until(isDated, 60_000);
      const told = offsets.map(({ samples }) => [...samples].findLast(({ recordTimes }) => recordTimes));
      assert.ok(isTold, `nothing was told of when ${offset} was made: ${inspect(told, { depth: 5 })}`);
    };

    /** One run: half of the old backlog is worked off, and then all that is there. */
    const run = async (t: TestContext) => {
      const server = await serveLocally((_, response) => void response.end());
      t.after(() => server.close());
      const cwd = temporaryFolder(t);
      writeText(
        cwd,
        'load.js',
        `import http from 'k6/http';
import { sleep } from 'k6';
export const options = { vus: 1, duration: '6s' };
export default () => { http.get(__ENV.BASE_URL); sleep(0.1); };
`,
      );
      const properties = writeText(
        cwd,
        'client.properties',
        plainProperties('plain', broker.secured().certificates),
      );
      const cli = startCli(
        t,
        [
          'run',
          './load.js',
          '--target',
          server.url,
          '--brokers',
          broker.secured().sasl,
          '--kafka-config',
          properties,
          '--group',
          denied.group,
          '--group',
          allowed.group,
          '--drain-timeout',
          '2m',
        ],
        { cwd },
      );
      await cli.says(/^load .*lag/m, 60_000);
      for (const { topic } of [denied, allowed]) await writer.produce(topic, 0, newMessages);
      await untilDated(join(cwd, 'runs'), 0n);
      await commitAll(oldMessages / 2);
      await untilDated(join(cwd, 'runs'), BigInt(oldMessages / 2));
      await cli.says(/^drain .*lag [1-9]/m, 60_000);
      const drained = await commitAll(oldMessages + newMessages);
      const end = await cli.ended;
      assertNoStackTrace(end);
      assert.equal(end.code, 0, end.stderr);
      const folder = onlyRunFolder(join(cwd, 'runs'));
      const [report] = readReport(folder).runs;
      assert.ok(report !== undefined);
      return { record: await readRecord(folder), report, drained };
    };

    const groupOf = ({ kafka }: RunReport, { group }: Group) =>
      kafka.groups.find((each) => each.group === group) ?? assert.fail(group);

    /** Readings at which the next message was one of the old ones: their age lies in its bounds, by one of these ways. */
    const assertAges = (record: RunRecord, { group }: Group, ways: readonly string[]): void => {
      const startedMs = Date.parse(record.startedAt ?? '');
      const curve = curvesOf(record).find((each) => each.group === group) ?? assert.fail(group);
      const samples = [...(curve.partitions[0]?.samples ?? [])];
      const told = [...groupTimeLag(curve)].flatMap((lag, index) => {
        const sample = samples[index];
        if (sample === undefined || !isTimeLag(lag) || lag.ms === 0) return [];
        const { committedBefore, committedAfter } = sample;
        if (committedBefore === null || committedBefore !== committedAfter) return [];
        if (committedBefore >= BigInt(oldMessages)) return [];
        const ageMs = startedMs + lag.atMs - (firstMs + Number(committedBefore) * apartMs);
        // The start of the run is written in whole milliseconds.
        assert.ok(
          ageMs >= lag.lowMs - 1 && ageMs <= lag.highMs + 1,
          `${ageMs} outside ${lag.lowMs} to ${lag.highMs} at ${committedBefore} by ${lag.method}`,
        );
        return [lag];
      });
      assert.deepEqual([...new Set(told.map(({ method }) => method))], ways);
      assert.ok(
        told.some(({ ms }) => ms > agoMs),
        'the oldest one was never told of',
      );
      // Half of the messages are younger by as many seconds; the run takes a fraction of that.
      const lastMs = told.at(-1)?.ms ?? Number.NaN;
      assert.ok(lastMs < agoMs - (oldMessages / 4) * apartMs, `${lastMs}: it did not fall with the commit`);
    };

    it('tells its age, its drain, and that the run did not make it', async (t) => {
      const { record, report, drained } = await run(t);
      assertAges(record, denied, ['list-offsets']);
      assertAges(record, allowed, ['record-timestamp']);
      for (const target of [denied, allowed]) {
        const group = groupOf(report, target);
        assert.deepEqual(
          [group.producedMessages, group.consumedMessages, group.finalLagMessages],
          [newMessages, oldMessages + newMessages, 0],
        );
        // Only what the run made has a completion delay.
        assert.deepEqual(
          [group.completionDelayMs.completed, group.completionDelayMs.waiting],
          [newMessages, 0],
        );
        assert.ok((group.completionDelayMs.max ?? Infinity) < agoMs / 4, String(group.completionDelayMs.max));
        assert.ok((group.peakTimeLag?.ms ?? 0) > agoMs, String(group.peakTimeLag?.ms));
        const { state, lowMs, highMs } = group.drain;
        assert.equal(state, 'drained');
        const loadEndEpochMs = Date.parse(record.startedAt ?? '') + loadEndMs(record);
        const [fromMs, toMs] = [drained.fromMs - loadEndEpochMs, drained.toMs - loadEndEpochMs];
        assert.ok(
          lowMs !== null && highMs !== null && lowMs <= toMs + 1 && highMs >= fromMs - 1,
          `${fromMs} to ${toMs} beside ${lowMs} to ${highMs}`,
        );
      }
      // What stood there at the beginning did not begin to rise.
      for (const { event, facts } of report.timeline)
        if (event === 'lag-rising')
          assert.ok(Number(facts['lagMessages']) > oldMessages, JSON.stringify(facts));
    });
  },
);
