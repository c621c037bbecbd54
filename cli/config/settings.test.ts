import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { buildPlan } from './build-plan.ts';
import { settings } from './settings.ts';
import { KnownError } from '../../core/errors.ts';
import { parseDurationMs } from '../../core/duration.ts';

const lists = { env: [], group: [], topic: [], query: [], scrape: [], threshold: [] };
const byDefault = (key: string) => settings.find((setting) => setting.key === key)?.byDefault;

test('the defaults that config print names are those of a run', () => {
  const { plan } = buildPlan('smoke', lists, {}, {});
  assert.equal(parseDurationMs(String(byDefault('interval')), ''), plan.sampling.intervalMs);
  assert.equal(parseDurationMs(String(byDefault('drainTimeout')), ''), plan.drain.timeoutMs);
  assert.equal(byDefault('timeScale'), plan.scenario.timeScale);
});

test('the pages on the config name every variable', () => {
  for (const page of ['config.md', 'config.en.md']) {
    const text = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');
    for (const { env, flag } of settings) {
      if (env !== undefined) assert.ok(text.includes(`\`${env}\``), `${page}: ${env}`);
      assert.ok(text.includes(flag), `${page}: ${flag}`);
    }
  }
});

test('references to the environment are resolved in every address of the config', () => {
  const address = 'http://u:${SECRET}@127.0.0.1:1/?k=${SECRET}';
  const { plan } = buildPlan(
    'smoke',
    lists,
    {
      targetUrl: address,
      prometheus: { url: address, scrape: [address] },
      completion: `${address}#done_seconds`,
      integrity: { url: address },
      faults: ['db.latency=1ms@1s-2s'],
      faultInjection: { toxiproxy: address, services: [address] },
    },
    { SECRET: 's3' },
  );
  const resolved = 'http://u:s3@127.0.0.1:1/?k=s3';
  assert.deepEqual(
    [
      plan.scenario.targetUrl,
      plan.prometheus?.url,
      plan.prometheus?.scrape[0],
      plan.completion?.url,
      plan.integrity?.url,
      plan.faultInjection?.toxiproxy,
      plan.faultInjection?.services[0],
    ],
    Array.from({ length: 7 }, () => resolved),
  );
});

test('a histogram of completion times is named behind the address, with or without the part for its buckets', () => {
  const completionOf = (completion: string) =>
    buildPlan('smoke', { ...lists, completion }, {}, {}).plan.completion;
  const expected = { url: 'http://localhost/metrics', histogram: 'done_seconds' };
  assert.deepEqual(completionOf('http://localhost/metrics#done_seconds'), expected);
  assert.deepEqual(completionOf('http://localhost/metrics#done_seconds_bucket'), expected);
  for (const [text, words] of [
    ['http://user:s3cret@localhost/metrics', /names no histogram/],
    ['http://localhost/metrics#', /names no histogram/],
    ['http://localhost/metrics#a b', /'a b' is no name of a histogram/],
  ] as const)
    assert.throws(
      () => completionOf(text),
      (error) => {
        assert.ok(error instanceof KnownError);
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /s3cret/);
        return error.code === 'config-invalid';
      },
    );
});

test('a rule on lag has to name a group and a topic that the run may watch', () => {
  const config = {
    kafka: { brokers: ['127.0.0.1:9092'], groups: ['order-*', { group: 'mail', topics: ['sent'] }] },
  };
  const planOf = (metric: string) =>
    buildPlan('smoke', { ...lists, threshold: [`${metric}=max<5`] }, config, {});
  for (const tags of [
    '',
    '{group:order-1}',
    '{topic:any}',
    '{group:mail,topic:sent}',
    '{group:order-1,topic:any}',
  ])
    assert.ok(planOf(`kafka_lag${tags}`));
  for (const tags of ['{group:orders}', '{group:mail,topic:read}'])
    assert.throws(() => planOf(`kafka_lag${tags}`), /names no group and topic of this run/);
});
