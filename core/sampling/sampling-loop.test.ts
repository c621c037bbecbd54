import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../fixtures/processes.ts';
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

type Seen = { readonly seen: readonly Observation[]; readonly gaps: readonly Gap[] };

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

/** Samples until what was seen is enough. */
const observe = async (samplers: readonly Sampler[], isEnough: (seen: Seen) => boolean) => {
  const clock = startClock();
  const seen: Observation[] = [];
  const gaps: Gap[] = [];
  const open = await openSamplers(samplers, { plan, clock, watchedProcesses: () => [] });
  const loop = startSamplingLoop(
    open,
    { plan, clock },
    { observe: (some) => seen.push(...some), gap: (gap) => gaps.push(gap) },
  );
  assert.ok(await until(() => isEnough({ seen, gaps }), 60_000));
  await loop.stop();
  return { seen, gaps, tookMs: clock.elapsedMs() };
};

const event = (name: string): Observation => ({ kind: 'event', atMs: 0, name, facts: {} });
const ticks = (seen: readonly Observation[]) => seen.filter(({ kind }) => kind === 'gauge').length;

describe('the sampling loop', () => {
  it('samples every source at each tick and once more when it is stopped', async () => {
    const sampler = aSampler('a', async () => [event('a')]);
    const { seen, tookMs } = await observe([sampler], (so) => ticks(so.seen) >= 4);
    const events = seen.filter(({ kind }) => kind === 'event').length;
    assert.equal(events, ticks(seen) + 1);
    assert.ok(ticks(seen) <= 1 + tookMs / 50, `${ticks(seen)} ticks in ${tookMs} ms`);
  });

  it('turns a failing source into gaps and goes on with the others', async () => {
    const failing = aSampler('broken', async () => {
      throw new Error('connection lost');
    });
    const other = aSampler('a', async () => [event('a')]);
    const { gaps } = await observe(
      [failing, other],
      (so) => so.seen.some(({ kind }) => kind === 'event') && so.gaps.length >= 2,
    );
    const failures = gaps.filter(({ reason }) => reason !== 'ticks-skipped');
    assert.ok(failures.length >= 2);
    assert.ok(
      failures.every(
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
    await observe([slow], ({ gaps }) => gaps.some(({ reason }) => reason === 'overrun'));
    assert.equal(most, 1);
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
    const skippedMs = (): number =>
      gaps
        .filter(({ reason }) => reason === 'ticks-skipped')
        .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    assert.ok(await until(() => skippedMs() >= 150, 60_000), JSON.stringify(gaps));
    await loop.stop();
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
