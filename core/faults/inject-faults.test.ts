import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../fixtures/processes.ts';
import { startClock } from '../clock.ts';
import { injectFaults, type FaultEvent } from './inject-faults.ts';
import type { PreparedFault } from './prepare-faults.ts';

type Deeds = { apply?: () => Promise<void>; remove?: () => Promise<void> };

const fault = (text: string, fromMs: number, toMs?: number, deeds: Deeds = {}): PreparedFault => ({
  text,
  label: text.split('@')[0] ?? '',
  name: text.split(/[=@]/)[0] ?? '',
  fromMs,
  toMs,
  isOneShot: text.includes('crash'),
  apply: deeds.apply ?? (async () => {}),
  remove: deeds.remove ?? (async () => {}),
  byHand: 'curl',
});

const inject = (faults: readonly PreparedFault[]) => {
  const clock = startClock();
  const startedMs = clock.elapsedMs();
  const events: FaultEvent[] = [];
  const injection = injectFaults(faults, {
    clock,
    startedMs,
    onEvent: (event) => events.push(event),
    retryMs: 30,
  });
  const said = (): string[] =>
    events.map(({ name, facts }) => [facts['fault'], name, facts['reason']].filter(Boolean).join(' '));
  /** Waits for so many events. */
  const seen = async (count: number): Promise<void> => {
    assert.ok(await until(() => events.length >= count, 60_000), said().join(', '));
  };
  return { injection, events, said, seen, startedMs };
};

const failing = (message: string, times: number): (() => Promise<void>) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new Error(message);
  };
};

test('each fault comes and goes at its time, and what was done when is told', async () => {
  const { injection, events, said, seen, startedMs } = inject([
    fault('b@60ms-160ms', 60, 160),
    fault('a@20ms-100ms', 20, 100),
    fault('crash@80ms', 80),
  ]);
  await seen(5);
  assert.deepEqual(said(), [
    'a@20ms-100ms fault-applied',
    'b@60ms-160ms fault-applied',
    'crash@80ms fault-triggered',
    'a@20ms-100ms fault-removed',
    'b@60ms-160ms fault-removed',
  ]);
  for (const [index, plannedMs] of [20, 60, 80, 100, 160].entries()) {
    const event = events[index];
    assert.equal(event?.facts['plannedMs'], startedMs + plannedMs);
    const lateMs = (event?.atMs ?? 0) - startedMs - plannedMs;
    assert.ok(lateMs >= -2 && lateMs < 30_000, `${lateMs} ms late`);
    assert.ok((event?.facts['sentMs'] as number) <= (event?.atMs ?? 0));
  }
  await injection.stop();
  assert.equal(events.length, 5);
});

test('a stop takes away at once what is set, and says what never came', async () => {
  let isReset = false;
  const { injection, said, seen } = inject([
    fault('open@10ms', 10),
    fault('long@10ms-10m', 10, 600_000),
    fault('late@5m-6m', 300_000, 360_000),
    fault('crash@10ms', 10, undefined, {
      remove: async () => {
        isReset = true;
      },
    }),
  ]);
  await seen(3);
  const startMs = performance.now();
  await injection.stop();
  assert.ok(performance.now() - startMs < 60_000, 'long before its time');
  assert.deepEqual(said().slice(3).sort(), [
    'late@5m-6m fault-not-applied run-ended',
    'long@10ms-10m fault-removed',
    'open@10ms fault-removed',
  ]);
  assert.equal(isReset, true, 'a one-shot that still waits for its moment is taken back');
  await injection.stop();
});

test('a fault that cannot be set is told, taken back in case it was, and stops no other', async () => {
  let removed = 0;
  const remove = async (): Promise<void> => {
    removed += 1;
  };
  const { injection, said, seen } = inject([
    fault('a@10ms-20ms', 10, 20, { apply: failing('HTTP 500', 1), remove }),
    fault('b@15ms-30ms', 15, 30),
  ]);
  await seen(3);
  await injection.stop();
  assert.deepEqual(said(), [
    'a@10ms-20ms fault-not-applied HTTP 500',
    'b@15ms-30ms fault-applied',
    'b@15ms-30ms fault-removed',
  ]);
  assert.equal(removed, 1);
});

test('what cannot be taken away is told, and tried again until it can', async () => {
  const { injection, said, seen } = inject([
    fault('a@10ms-20ms', 10, 20, { remove: failing('ECONNREFUSED', 2) }),
  ]);
  await seen(3);
  assert.deepEqual(said(), [
    'a@10ms-20ms fault-applied',
    'a@10ms-20ms fault-not-removed ECONNREFUSED',
    'a@10ms-20ms fault-removed',
  ]);
  await injection.stop();
});

test('a fault that begins as one of its name ends is set once that one is gone', async () => {
  const doings: string[] = [];
  const doing = (what: string): Deeds => ({
    apply: async () => void doings.push(`set ${what}`),
    remove: async () => {
      await sleep(40);
      doings.push(`remove ${what}`);
    },
  });
  const { injection, seen } = inject([
    fault('delay=2s@60ms-10m', 60, 600_000, doing('second')),
    fault('delay=1s@20ms-60ms', 20, 60, doing('first')),
    fault('down@60ms-10m', 60, 600_000, doing('other')),
  ]);
  await seen(4);
  assert.deepEqual(
    doings.filter((what) => !what.endsWith('other')),
    ['set first', 'remove first', 'set second'],
  );
  await injection.stop();
  assert.deepEqual(doings.slice(4).sort(), ['remove other', 'remove second']);
});

test('the next of its name is never set where one cannot be taken away', async () => {
  const { injection, said, seen } = inject([
    fault('a@10ms-20ms', 10, 20, { remove: failing('ECONNREFUSED', 1000) }),
    fault('a@20ms-30ms', 20, 30),
  ]);
  await seen(2);
  await injection.stop();
  assert.deepEqual(said(), [
    'a@10ms-20ms fault-applied',
    'a@10ms-20ms fault-not-removed ECONNREFUSED',
    'a@20ms-30ms fault-not-applied run-ended',
  ]);
});

test('a run ends although a fault cannot be taken away', async () => {
  const { injection, said, seen } = inject([
    fault('a@10ms-20ms', 10, 20, { remove: failing('ECONNREFUSED', 1000) }),
    fault('b@10ms', 10, undefined, { remove: failing('HTTP 500', 1) }),
  ]);
  await seen(3);
  await injection.stop();
  assert.deepEqual(said().sort(), [
    'a@10ms-20ms fault-applied',
    'a@10ms-20ms fault-not-removed ECONNREFUSED',
    'b@10ms fault-applied',
    'b@10ms fault-not-removed HTTP 500',
    'b@10ms fault-removed',
  ]);
});

test('a stop waits for a fault that is just being set, and takes it away', async () => {
  let isSet = false;
  const asked = Promise.withResolvers<void>();
  const { injection, said } = inject([
    fault('a@0s-1m', 0, 60_000, {
      apply: async () => {
        asked.resolve();
        await sleep(80);
        isSet = true;
      },
      remove: async () => {
        isSet = false;
      },
    }),
  ]);
  await asked.promise;
  await injection.stop();
  assert.equal(isSet, false);
  assert.deepEqual(said(), ['a@0s-1m fault-applied', 'a@0s-1m fault-removed']);
});
