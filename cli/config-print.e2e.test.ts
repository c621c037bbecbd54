import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertRefusal, lagline, temporaryFolder, writeText } from '../fixtures/cli.ts';
import type { EffectiveValue } from './config/effective-config.ts';

const config = `targetUrl: http://user:canary@shop:8080/?key=canary
interval: 2s
env:
  TOKEN: canary
  FROM: \${SHELL_TOKEN}
kafka:
  brokers: [file:9092]
  groups: [orders]
prometheus:
  url: http://prom:9090
  queries:
    heap: heap_bytes
    cpu: cpu_seconds
thresholds:
  kafka_lag: [max<5]
`;

const print = async (t: TestContext, flags: readonly string[], env: Record<string, string> = {}) => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'lagline.config.yaml', config);
  const end = await lagline(t, ['config', 'print', ...flags], { cwd, env });
  assert.equal(end.code, 0, end.stderr);
  assert.doesNotMatch(end.stdout + end.stderr, /canary/);
  return end.stdout;
};

const valuesOf = (stdout: string): Map<string, EffectiveValue> =>
  new Map((JSON.parse(stdout) as { values: EffectiveValue[] }).values.map((each) => [each.key, each]));

test('each value has its origin: flags over environment over file over defaults', async (t) => {
  const values = valuesOf(
    await print(
      t,
      [
        '--json',
        '--interval',
        '3s',
        '--query',
        'heap=other',
        '--threshold',
        'http_reqs=count>1',
        '-e',
        'MORE=canary',
      ],
      {
        LAGLINE_INTERVAL: '4s',
        LAGLINE_PROMETHEUS: 'http://env:9090',
        LAGLINE_PROFILE: '',
        LAGLINE_KAFKA: 'env:9092',
      },
    ),
  );
  const get = (key: string) => {
    const { value, origin } = values.get(key) ?? {};
    return [value, origin?.from === 'file' ? origin.place.replace(/^.*\//, '') : JSON.stringify(origin)];
  };
  const flag = (name: string) => JSON.stringify({ from: 'flag', flag: name });
  const env = (variable: string) => JSON.stringify({ from: 'env', variable });
  assert.deepEqual(get('interval'), ['3s', flag('--interval')]);
  assert.deepEqual(get('prometheus.url'), ['http://env:9090', env('LAGLINE_PROMETHEUS')]);
  assert.deepEqual(get('kafka.brokers'), ['env:9092', env('LAGLINE_KAFKA')]);
  assert.deepEqual(get('kafka.groups'), [['orders'], 'lagline.config.yaml:8:3']);
  assert.deepEqual(get('prometheus.queries.heap'), ['other', flag('--query')]);
  assert.deepEqual(get('prometheus.queries.cpu'), ['cpu_seconds', 'lagline.config.yaml:13:5']);
  assert.deepEqual(get('thresholds.http_reqs'), [['count>1'], flag('--threshold')]);
  assert.deepEqual(get('thresholds.kafka_lag'), [['max<5'], 'lagline.config.yaml:15:3']);
  assert.deepEqual(get('drainTimeout'), ['10m', JSON.stringify({ from: 'default' })]);
  assert.deepEqual(get('targetUrl'), ['http://shop:8080/?key=[REDACTED]', 'lagline.config.yaml:1:1']);
  assert.deepEqual(get('env.TOKEN'), ['[REDACTED]', 'lagline.config.yaml:4:3']);
  assert.deepEqual(get('env.FROM'), ['${SHELL_TOKEN}', 'lagline.config.yaml:5:3']);
  assert.deepEqual(get('env.MORE'), ['[REDACTED]', flag('--env')]);
  assert.equal(values.has('profile'), false);
});

test('an address that a run would refuse is printed without its user, too', async (t) => {
  const flags = ['--brokers', 'first:1,user:canary@second:2', '--target', 'user:canary@shop:8080', '--json'];
  const values = valuesOf(await print(t, flags));
  assert.deepEqual(values.get('kafka.brokers')?.value, 'first:1,second:2');
  assert.equal(values.get('targetUrl')?.value, 'shop:8080');
});

test('people get a line a value', async (t) => {
  const text = await print(t, [], { LAGLINE_OUT: 'elsewhere' });
  assert.match(text, /^out: "elsewhere" +# LAGLINE_OUT$/m);
  assert.match(text, /^interval: "2s" +# lagline\.config\.yaml:2:1$/m);
  assert.match(text, /^timeScale: 1 +# default$/m);
});

test('a run takes the same: the environment stands over the file, a flag over both', async (t) => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'orders.js', 'export default () => {};');
  writeText(cwd, 'lagline.config.yaml', 'interval: 1ms\n');
  const run = async (env: Record<string, string>, ...flags: string[]) =>
    await lagline(t, ['run', './orders.js', ...flags], { cwd, env });
  assertRefusal(await run({}), ["'1ms'"]);
  assertRefusal(await run({ LAGLINE_INTERVAL: '2ms' }), ["'2ms'"]);
  assertRefusal(await run({ LAGLINE_INTERVAL: '2ms' }, '--interval', '3ms'), ["'3ms'"]);
  assertRefusal(await run({ LAGLINE_INTERVAL: '' }), ["'1ms'"]);
  assertRefusal(await run({ LAGLINE_TIME_SCALE: 'x' }), ["time scale 'x'"]);
  assertRefusal(await run({ LAGLINE_FORMAT: 'junti' }, '--interval', '1s'), [
    "'junti'",
    "did you mean 'junit'",
  ]);
});
