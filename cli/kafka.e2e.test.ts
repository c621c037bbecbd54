import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  assertNoStackTrace,
  assertRefusal,
  lagline,
  onAnyMachine,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { requireTool } from '../fixtures/real-broker.ts';
import { isOwnLateness } from '../core/derive/measurement-figures.ts';
import { stackDown, stackUp, type StackUp } from '../core/stack/stack.ts';
import { memberOf } from '../core/stack/stack-state.ts';

const { needed } = await k6ForTest();
const skip = needed.skip ?? ((await requireTool('java')) || (await requireTool('kafka')));
const skipPrometheus = skip || (await requireTool('prometheus'));
const options = { skip, timeout: 240_000 };

let folder = '';
let stack: StackUp | undefined;
before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), 'lagline-e2e-stack-'));
  stack = await stackUp({ dir: join(folder, 'stack'), guarded: true, serviceEnv: { PROFILE: 'healthy' } });
});
after(async () => {
  if (folder === '') return;
  await stackDown(join(folder, 'stack'));
  rmSync(folder, { recursive: true, force: true });
});

const service = (): string => memberOf(stack ?? { members: [] }, 'service')?.address ?? '';
const kafka = (): string[] => ['--brokers', stack?.brokers ?? '', '--group', 'coupon-issuer'];

type Counts = { accepted: number; persisted: number; lost: number; duplicates: number; oversold: number };
const integrity = async (): Promise<Counts> =>
  (await (await fetch(`${service()}/integrity/demo`)).json()) as Counts;

test('a healthy service drains, and all counts agree: k6, topic, group, store', options, async (t) => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'lagline.config.yaml', onAnyMachine);
  const end = await lagline(
    t,
    [
      'run',
      'smoke',
      '--time-scale',
      '0.4',
      '--target',
      service(),
      ...kafka(),
      '--integrity',
      `${service()}/integrity/demo`,
      '--scrape',
      `${service()}/metrics`,
      '--threshold',
      'kafka_drain=value<30s',
      '--threshold',
      'kafka_lag=max<1000',
      '--threshold',
      'http_req_duration=p(95)<5000',
      '--json',
    ],
    { cwd },
  );
  assertNoStackTrace(end);
  assert.equal(end.code, 0, end.stderr + end.stdout.slice(0, 2000));
  const runFolder = onlyRunFolder(join(cwd, 'runs'));
  const document = readReport(runFolder);
  assert.deepEqual(JSON.parse(end.stdout), document);
  const [run] = document.runs;
  assert.ok(run?.load != null);

  const { metrics } = JSON.parse(readFileSync(join(runFolder, 'k6/summary.json'), 'utf8')) as {
    metrics: Record<string, { count?: number; rate?: number; passes?: number; fails?: number }>;
  };
  assert.equal(run.load.requests, metrics['http_reqs']?.count);
  assert.equal(run.load.requestsPerSecond, metrics['http_reqs']?.rate);
  assert.equal(run.load.checks.passes, metrics['checks']?.passes);
  assert.equal(run.load.checks.fails, metrics['checks']?.fails);

  const [group] = run.kafka.groups;
  const accepted = metrics['coupon_accepted']?.count;
  assert.ok(accepted !== undefined && accepted > 0 && accepted <= 22, `${accepted} of 5/s for 4 s`);
  assert.equal(group?.producedMessages, accepted);
  assert.equal(group.consumedMessages, accepted);
  assert.ok(group.drain.state === 'drained' || group.drain.state === 'no-backlog', group.drain.state);
  assert.equal(group.finalLagMessages, 0);
  assert.ok(
    group.perPartition.every(({ state, finalLagMessages }) => state !== 'unreadable' && !finalLagMessages),
  );

  const counts = await integrity();
  assert.equal(run.integrity?.accepted, counts.accepted);
  assert.equal(run.integrity.persisted, counts.persisted);
  assert.equal(counts.persisted, accepted);
  assert.deepEqual([run.integrity.lost, run.integrity.duplicates, run.integrity.oversold], [0, 0, 0]);
  assert.deepEqual(
    run.measurement.gaps.filter((gap) => !isOwnLateness(gap)),
    [],
  );
});

test('a group or a topic that does not exist is named with those there are', options, async (t) => {
  const cwd = temporaryFolder(t);
  const run = ['run', 'smoke', '--target', service(), '--brokers', stack?.brokers ?? ''];
  assertRefusal(await lagline(t, [...run, '--group', 'coupon-isuer'], { cwd }), [
    "'coupon-isuer'",
    'coupon-issuer',
  ]);
  assertRefusal(await lagline(t, [...run, '--group', 'coupon-issuer', '--topic', 'coupon-isue'], { cwd }), [
    "'coupon-isue'",
    'coupon-issue',
  ]);
});

test(
  'an integrity probe of an event the service does not know is refused before the load',
  options,
  async (t) => {
    const cwd = temporaryFolder(t);
    const probe = `${service()}/integrity/no-such-event`;
    const end = await lagline(t, ['run', 'smoke', '--target', service(), ...kafka(), '--integrity', probe], {
      cwd,
    });
    assertRefusal(end, [probe, 'HTTP 404']);
  },
);

test(
  'PromQL of a real Prometheus is sampled and judged; a query it refuses is named',
  { ...options, skip: skipPrometheus },
  async (t) => {
    const cwd = temporaryFolder(t);
    const prometheus = memberOf(stack ?? { members: [] }, 'prometheus')?.address ?? '';
    writeText(
      cwd,
      'lagline.config.yaml',
      `targetUrl: ${service()}\ntimeScale: 0.3\nkafka:\n  brokers: ['${stack?.brokers}']\n  groups: [{ group: coupon-issuer, topics: [coupon-issue] }]\nprometheus:\n  url: ${prometheus}\n  queries: { memory: process_resident_memory_bytes }\ninterval: 250ms\n${onAnyMachine}`,
    );
    const judged = ['--threshold', 'prometheus{query:memory}=max<100000000000'];
    const end = await lagline(t, ['run', 'smoke', ...judged], { cwd });
    assert.equal(end.code, 0, end.stderr + end.stdout);
    const [run] = readReport(onlyRunFolder(join(cwd, 'runs'))).runs;
    const rule = run?.rules.find(({ metric }) => metric === 'prometheus{query:memory}');
    assert.equal(rule?.outcome, 'pass');
    assert.ok((rule.measured ?? 0) > 10_000_000, `${rule.measured} bytes`);

    assert.ok(run !== undefined);
    const { clocks, queries } = run.measurement;
    assert.deepEqual(
      clocks.map(({ source }) => source),
      ['k6', 'kafka', 'prometheus'],
    );
    const clock = clocks.find(({ source }) => source === 'prometheus');
    assert.ok(clock?.lowMs != null && clock.highMs !== null && clock.lowMs <= 1 && clock.highMs >= -1);
    assert.equal(queries[0]?.query, 'memory');
    assert.ok((queries[0].maxAgeMs ?? Infinity) < 30_000 && queries[0].readings > 2);

    const refused = await lagline(t, ['run', 'smoke', '--query', 'bad=sum('], { cwd });
    assertRefusal(refused, ["'bad'", 'sum(', 'parse error']);
  },
);
