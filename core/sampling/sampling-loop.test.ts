import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startClock } from '../clock.ts';
import { runPlanSchema } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import type { Gap } from '../record/run-record.ts';
import type { Sampler } from './sampler.ts';
import { openSamplers, startSamplingLoop } from './sampling-loop.ts';

const plan = {
  ...runPlanSchema.parse({ scenario: { name: 'test', script: 'test.js' } }),
  sampling: { intervalMs: 50 },
};

const aSampler = (
  id: string,
  sample: () => Promise<readonly Observation[]>,
  closed: string[] = [],
): Sampler => ({
  id,
  open: async () => ({
    sample,
    close: async () => {
      closed.push(id);
    },
  }),
});

const observe = async (samplers: readonly Sampler[], forMs: number) => {
  const clock = startClock();
  const seen: Observation[] = [];
  const gaps: Gap[] = [];
  const open = await openSamplers(samplers, { plan, clock, watchedProcesses: () => [] });
  const loop = startSamplingLoop(
    open,
    { plan, clock },
    { observe: (some) => seen.push(...some), gap: (gap) => gaps.push(gap) },
  );
  await delay(forMs);
  await loop.stop();
  return { seen, gaps };
};

const event = (name: string): Observation => ({ kind: 'event', atMs: 0, name, facts: {} });
const ticks = (seen: readonly Observation[]) => seen.filter(({ kind }) => kind === 'gauge').length;

describe('the sampling loop', () => {
  it('samples every source at each tick and once more when it is stopped', async () => {
    const { seen } = await observe([aSampler('a', async () => [event('a')])], 230);
    const events = seen.filter(({ kind }) => kind === 'event').length;
    assert.equal(events, ticks(seen) + 1);
    assert.ok(ticks(seen) >= 4 && ticks(seen) <= 5, `${ticks(seen)} ticks`);
  });

  it('turns a failing source into gaps and goes on with the others', async () => {
    const failing = aSampler('broken', async () => {
      throw new Error('connection lost');
    });
    const { seen, gaps } = await observe([failing, aSampler('a', async () => [event('a')])], 130);
    assert.ok(seen.some(({ kind }) => kind === 'event'));
    assert.ok(gaps.length >= 2);
    assert.ok(
      gaps.every(
        ({ source, reason, fromMs, toMs }) =>
          source === 'broken' && reason === 'connection lost' && toMs > fromMs,
      ),
    );
  });

  it('marks a source that is still busy as overrun instead of asking it twice at once', async () => {
    let inside = 0;
    let most = 0;
    const slow = aSampler('slow', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(120);
      inside -= 1;
      return [];
    });
    const { gaps } = await observe([slow], 200);
    assert.equal(most, 1);
    assert.ok(gaps.some(({ reason }) => reason === 'overrun'));
  });

  it('marks what it could not see while this process was held up', async () => {
    const clock = startClock();
    const gaps: Gap[] = [];
    const open = await openSamplers([aSampler('a', async () => [])], {
      plan,
      clock,
      watchedProcesses: () => [],
    });
    const loop = startSamplingLoop(
      open,
      { plan, clock },
      { observe: () => {}, gap: (gap) => gaps.push(gap) },
    );
    await delay(60);
    const heldUpUntilMs = performance.now() + 250;
    while (performance.now() < heldUpUntilMs);
    await delay(60);
    await loop.stop();
    const skipped = gaps.filter(({ reason }) => reason === 'ticks-skipped');
    assert.ok(skipped.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) >= 150, JSON.stringify(gaps));
  });

  it('closes what is open, last first, when a source refuses', async () => {
    const closed: string[] = [];
    const refusing: Sampler = {
      id: 'c',
      open: async () => {
        throw new Error('not there');
      },
    };
    const none = async () => [];
    await assert.rejects(
      openSamplers([aSampler('a', none, closed), aSampler('b', none, closed), refusing], {
        plan,
        clock: startClock(),
        watchedProcesses: () => [],
      }),
      /not there/,
    );
    assert.deepEqual(closed, ['b', 'a']);
  });
});
