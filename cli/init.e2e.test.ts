import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { assertRefusal, lagline, temporaryFolder, writeText } from '../fixtures/cli.ts';
import { buildPlan } from './config/build-plan.ts';
import { configSchema } from './config/config-schema.ts';
import { loadConfig } from './config/load-config.ts';
import { newConfigText } from './config/new-config.ts';
import { initWords } from './help/init-file.ts';

const noFlags = { env: [], group: [], topic: [], query: [], scrape: [], threshold: [] };
const name = 'lagline.config.yaml';

test('init writes a config that run takes as it is, with what was given', async (t) => {
  const cwd = temporaryFolder(t);
  const script = writeText(cwd, 'orders.js', 'export default function () {}');
  const given = [
    'init',
    './orders.js',
    '--target',
    'http://localhost:8080',
    '--brokers',
    'kafka-1:9092,kafka-2:9092',
    '--group',
    "order's #1: 'x'",
    '--topic',
    'orders',
    '--prometheus',
    'http://localhost:9090',
  ];
  const end = await lagline(t, given, { cwd });
  assert.equal(end.code, 0, end.stderr);
  assert.match(end.stderr, /wrote .*lagline\.config\.yaml\n {2}→ lagline run \.\/orders\.js/);
  const config = await loadConfig(undefined, cwd);
  assert.ok(config !== undefined);
  const { plan } = buildPlan(script, noFlags, config, {});
  assert.equal(plan.scenario.targetUrl, 'http://localhost:8080');
  assert.deepEqual(plan.kafka, {
    brokers: ['kafka-1:9092', 'kafka-2:9092'],
    groups: [{ group: "order's #1: 'x'", topics: ['orders'] }],
  });
  assert.equal(plan.prometheus?.url, 'http://localhost:9090');
  assert.deepEqual(plan.thresholds['kafka_drain'], ['value<60s']);
  assert.match(readFileSync(join(cwd, name), 'utf8'), /^# lagline 설정/);
});

test('what init leaves as comments is valid once it is uncommented, in both languages', () => {
  for (const words of Object.values(initWords)) {
    const text = newConfigText({ groups: [], topics: [] }, words);
    const asIs = parse(text) as object;
    assert.deepEqual(Object.keys(asIs), ['thresholds']);
    const uncommented = text.replaceAll(/^# (?=[ a-zA-Z]+:|\s+- )/gm, '');
    const config = configSchema.parse(parse(uncommented));
    assert.deepEqual(Object.keys(config).toSorted(), [
      'kafka',
      'prometheus',
      'targetUrl',
      'thresholds',
      'validity',
    ]);
  }
});

test('init writes over nothing', async (t) => {
  const cwd = temporaryFolder(t);
  for (const present of ['lagline.config.json', name]) {
    writeText(cwd, present, '{}');
    assertRefusal(await lagline(t, ['init'], { cwd }), ['a config file already', 'lagline.config.']);
    assert.equal(readFileSync(join(cwd, present), 'utf8'), '{}');
  }
  const other = await lagline(t, ['init', '--config', 'other.yaml', '--lang', 'en'], { cwd });
  assert.equal(other.code, 0, other.stderr);
  assert.match(readFileSync(join(cwd, 'other.yaml'), 'utf8'), /^# Settings of lagline/);
  assertRefusal(await lagline(t, ['init', '--config', 'other.yaml'], { cwd }), ['other.yaml']);
  assertRefusal(await lagline(t, ['init', '--config', 'no/such/folder.yaml'], { cwd }), [
    'no/such',
    'ENOENT',
  ]);
});

test('init refuses what a run would refuse, and writes nothing then', async (t) => {
  const cwd = temporaryFolder(t);
  for (const [args, naming] of [
    [['nosuch'], ["'nosuch'"]],
    [['--target', 'localhost:8080'], ["'localhost:8080'"]],
    [
      ['--group', 'g', '--brokers', 'kafka'],
      ["'kafka'", 'host:port'],
    ],
    [['--brokers', 'kafka:9092'], ['consumer group']],
    [
      ['--topic', 'orders'],
      ["'orders'", '--group'],
    ],
  ] as const)
    assertRefusal(await lagline(t, ['init', ...args], { cwd }), naming);
  assert.ok(!existsSync(join(cwd, name)));
});
