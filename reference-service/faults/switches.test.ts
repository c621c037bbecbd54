import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultSwitches, FAULTS } from './switches.ts';

const anywhere = new Set(['api', 'relay', 'consumer']);

test('everything is off at first, and a process has only the switches of its roles', () => {
  const all = createFaultSwitches(anywhere);
  assert.equal(all.list().length, FAULTS.length);
  assert.ok(all.list().every(({ value }) => value === 0));
  const api = createFaultSwitches(new Set(['api']));
  assert.deepEqual(
    api.list().map(({ name }) => name),
    ['failpoint.admitted'],
  );
  assert.equal(api.set('consumer.delay', 5), false);
});

test('a lasting fault stays, a one-shot is taken once', () => {
  const faults = createFaultSwitches(anywhere);
  faults.set('consumer.delay', 200);
  faults.set('records.poison', 3);
  assert.deepEqual([faults.value('consumer.delay'), faults.value('consumer.delay')], [200, 200]);
  assert.deepEqual([faults.take('records.poison'), faults.take('records.poison')], [3, 0]);
});

test('a failpoint ends the process at its n-th pass', () => {
  let kills = 0;
  const faults = createFaultSwitches(anywhere, () => {
    kills += 1;
  });
  faults.pass('failpoint.admitted');
  faults.set('failpoint.admitted', 2);
  faults.pass('failpoint.admitted');
  assert.equal(kills, 0);
  faults.pass('failpoint.admitted');
  assert.equal(kills, 1);
  faults.pass('failpoint.admitted');
  assert.equal(kills, 1);
});
