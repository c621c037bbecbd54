import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { test } from 'node:test';
import { KnownError } from '../errors.ts';
import { listScenarios, resolveScenario } from './scenario-catalog.ts';

test('lists the shipped scenarios', () => {
  assert.deepEqual(
    listScenarios().map(({ name }) => name),
    ['load', 'peak', 'smoke', 'soak', 'stress'],
  );
});

test('finds a shipped scenario by name and any script by path', (t) => {
  const peak = resolveScenario('peak');
  assert.ok(peak.isShipped && isAbsolute(peak.script) && peak.script.endsWith(join('scenarios', 'peak.ts')));

  const folder = mkdtempSync(join(tmpdir(), 'lagline-scenarios-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, '쿠폰 test v1.2.js');
  writeFileSync(script, '');
  assert.deepEqual(resolveScenario(script), { name: 'test-v1.2', script, isShipped: false });
});

test('an unknown scenario is answered with the names there are', () => {
  const isUnknown = (pattern: RegExp) => (error: unknown) =>
    error instanceof KnownError &&
    error.code === 'scenario-unknown' &&
    pattern.test(error.message) &&
    /load, peak, smoke, soak, stress.*path/.test(error.remedy ?? '');
  assert.throws(() => resolveScenario('peek'), isUnknown(/no scenario 'peek'/));
  assert.throws(() => resolveScenario('./nowhere.js'), isUnknown(/no k6 script at '\.\/nowhere\.js'/));
});
