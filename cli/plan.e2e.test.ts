import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { capacityDocumentSchema } from '../core/capacity/capacity-document.ts';
import { assertRefusal, lagline, temporaryFolder } from '../fixtures/cli.ts';

const runs = join(import.meta.dirname, '..', 'fixtures', 'runs');
const drained = join(runs, 'backlog-drained');
const plan = ['plan', drained, '--consumers', '1'];

test('plan says what a stored run needs, as data by its schema', async (t) => {
  const cwd = temporaryFolder(t);
  const { code, stdout, stderr } = await lagline(t, [...plan, '--drain-within', '20s', '--json'], { cwd });
  assert.equal(code, 0, stderr);
  const document = capacityDocumentSchema.parse(JSON.parse(stdout));
  // The demo's consumer takes 180 messages a second, and the model says how long the run really took.
  assert.ok(Math.abs(document.serviceRate.perConsumerPerSecond.value - 180) < 2);
  const { drainMs: measured } = document.measured;
  assert.ok(measured !== null && document.present.drainMs !== null);
  assert.ok(Math.abs(document.present.drainMs.value / measured.value - 1) < 0.05);
  assert.deepEqual(
    document.goals.map(({ goal, limit, advice }) => [goal, limit, advice]),
    [
      ['mean', 'partitions', { consumers: 6, partitions: 6 }],
      ['peak', 'partitions', { consumers: 6, partitions: 6 }],
      ['drain', 'consumers', { consumers: 3, partitions: 3 }],
    ],
  );
});

test('plan is written in both languages, with a picture where one is asked for', async (t) => {
  const cwd = temporaryFolder(t);
  const ko = await lagline(t, [...plan, '--picture', 'lag.png'], { cwd });
  assert.match(ko.stdout, /파티션을 먼저 늘려야 함/);
  assert.deepEqual([...readFileSync(join(cwd, 'lag.png')).subarray(1, 4)], [...Buffer.from('PNG')]);
  const en = await lagline(t, [...plan, '--lang', 'en'], { cwd });
  assert.match(en.stdout, /partitions have to be added first/);
  for (const { stdout } of [ko, en]) assert.doesNotMatch(stdout, /undefined|NaN|null/);
});

test('plan of a run without a backlog says that its service rate is only bounded', async (t) => {
  const words = ['plan', join(runs, 'healthy'), '--consumers', '1', '--load-factor', '2', '--lang', 'en'];
  const { code, stdout } = await lagline(t, words, { cwd: temporaryFolder(t) });
  assert.equal(code, 0);
  assert.match(stdout, /at least .* only a lower bound/);
});

test('plan refuses what it would have to guess', async (t) => {
  const cwd = temporaryFolder(t);
  for (const [args, naming] of [
    [['plan', drained], ['--consumers']],
    [[...plan, '--consumers', '0'], ["--consumers '0'"]],
    [
      [...plan, '--load-factor', '2', '--peak-rate', '5'],
      ['--load-factor', '--peak-rate'],
    ],
    [[...plan, '--drain-within', 'soon'], ["--drain-within 'soon'"]],
    [[...plan, '--per-message-ms', '-3'], ["--per-message-ms '-3'"]],
    [
      [...plan, '--group', 'other'],
      ['other', 'coupon-issuer-peak/coupon-issue-peak'],
    ],
    [
      [...plan, '--picture', join('no', 'such', 'x.png')],
      ['x.png', '--picture'],
    ],
    [['plan', cwd, '--consumers', '1'], ['run.jsonl']],
    [
      ['stack', 'up', '--workers', '2'],
      ['--workers', '--full'],
    ],
    [['stack', 'up', '--partitions', '0'], ["--partitions '0'"]],
  ] as const)
    assertRefusal(await lagline(t, args, { cwd }), naming);
});
