import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { k6ForTest } from '../../fixtures/find-k6.ts';
import { KnownError } from '../errors.ts';
import { inspectMetricTypes, inspectScript } from './k6-inspect.ts';
import type { InspectedScript } from './planned-scenario.ts';
import { listScenarios } from './scenario-catalog.ts';

const { path: k6Path, needed } = await k6ForTest();
const BASE_URL = 'http://127.0.0.1:1';

const inspectText = (t: TestContext, text: string, variables = {}): Promise<InspectedScript> => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-inspect-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'script.ts');
  writeFileSync(script, text);
  return inspectScript({ k6Path, script, variables, timeoutMs: 5000 });
};

const inspectTypes = (t: TestContext, text: string, names: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline inspect-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'script.ts');
  writeFileSync(script, text);
  writeFileSync(join(folder, 'users.txt'), 'one');
  return inspectMetricTypes({ k6Path, script, variables: { USERS: '1' } }, names);
};

const isInvalid = (pattern: RegExp) => (error: unknown) =>
  error instanceof KnownError && error.code === 'script-invalid' && pattern.test(error.message);

test('every shipped scenario keeps its shape when its durations are shortened', needed, async () => {
  for (const { name, script } of listScenarios()) {
    const inspect = (scale: string): Promise<InspectedScript> =>
      inspectScript({ k6Path, script, variables: { BASE_URL, TIME_SCALE: scale } });
    const {
      scenarios: [whole],
    } = await inspect('1');
    const {
      scenarios: [short],
    } = await inspect('0.1');
    assert.ok(whole !== undefined && short !== undefined, name);
    assert.equal(short.durationMs, (whole.durationMs ?? NaN) / 10, name);
    assert.equal(short.peakRatePerSecond, whole.peakRatePerSecond, name);
    assert.equal(short.maxVUs, whole.maxVUs, name);
    assert.deepEqual(
      short.stages.map(({ target }) => target),
      whole.stages.map(({ target }) => target),
      name,
    );
  }
});

test(
  'a scenario without an address, or with a senseless time scale, names the variable',
  needed,
  async () => {
    const script = listScenarios()[0]?.script ?? '';
    await assert.rejects(
      inspectScript({ k6Path, script, variables: {} }),
      isInvalid(/coupon-api\.ts:\d+.*BASE_URL is not set/),
    );
    for (const TIME_SCALE of ['0', '-1', '2', 'fast']) {
      await assert.rejects(
        inspectScript({ k6Path, script, variables: { BASE_URL, TIME_SCALE } }),
        isInvalid(/TIME_SCALE is '.*', but must be a number/),
      );
    }
  },
);

test('a script that k6 refuses is reported with place and reason', needed, async (t) => {
  await assert.rejects(
    inspectText(t, 'export default function ( {'),
    isInvalid(/script\.ts:\d+:\d+: Expected/),
  );
  await assert.rejects(
    inspectText(t, `import './nope.ts'; export default function () {}`),
    isInvalid(/"\.\/nope\.ts" couldn't be found on local disk$/),
  );
  await assert.rejects(
    inspectText(
      t,
      `export const options = { scenarios: { a: { executor: 'nope' } } }; export default () => {};`,
    ),
    isInvalid(/unknown executor type 'nope'/),
  );
  await assert.rejects(
    inspectText(t, `export const options = { thresholds: { checks: ['rate>'] } }; export default () => {};`),
    isInvalid(/rate>/),
  );
});

test('init code that never ends is given up on', needed, async (t) => {
  await assert.rejects(
    inspectText(t, 'while (true) {} export default () => {};'),
    isInvalid(/not done after 5 s/),
  );
});

test('variables reach the script when it is inspected', needed, async (t) => {
  const text = `export const options = { vus: Number(__ENV.USERS), duration: '2s' }; export default () => {};`;
  const {
    scenarios: [planned],
  } = await inspectText(t, text, { USERS: '7' });
  assert.equal(planned?.maxVUs, 7);
  assert.equal(planned.durationMs, 2000);
});

test('a k6 that is not there is a missing tool', async () => {
  await assert.rejects(
    inspectScript({ k6Path: '/nowhere/k6', script: 'a.js', variables: {} }),
    (error) => error instanceof KnownError && error.code === 'tool-missing',
  );
});

test('a script that names iterations but no VUs has one, as in k6 run', needed, async (t) => {
  const {
    scenarios: [planned],
  } = await inspectText(t, 'export const options = { iterations: 3 };\nexport default () => {};');
  assert.equal(planned?.executor, 'shared-iterations');
  assert.equal(planned.maxVUs, 1);
});

test(
  "the types of a script's own metrics are what k6 knows, whatever the script has beside them",
  needed,
  async (t) => {
    const text = `import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
if (__ENV.USERS !== '1' || open('./users.txt') !== 'one') throw new Error('not as in the run');
const [a, b, c, d] = [new Counter('sold'), new Gauge('left'), new Rate('refused'), new Trend('wait', true)];
export const options = { thresholds: { sold: ['count<5'] }, vus: 3, duration: '2s' };
export default () => {};`;
    const names = ['sold', 'left', 'refused', 'wait', 'refused', 'absent'];
    assert.deepEqual(
      [...(await inspectTypes(t, text, names))],
      [
        ['sold', 'counter'],
        ['left', 'gauge'],
        ['refused', 'rate'],
        ['wait', 'trend'],
      ],
    );
    const required = `const { Rate } = require('k6/metrics');
new Rate('refused');
module.exports.default = () => {};`;
    assert.deepEqual([...(await inspectTypes(t, required, ['refused']))], [['refused', 'rate']]);
  },
);
