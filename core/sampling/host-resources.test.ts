import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../fixtures/processes.ts';
import { startClock } from '../clock.ts';
import { runPlanSchema } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { hostResources } from './host-resources.ts';

const plan = runPlanSchema.parse({ scenario: { name: 'test', script: 'test.js' } });
const valueOf = (seen: readonly Observation[], name: string): number | undefined => {
  const found = seen.find(
    (each) => (each.kind === 'gauge' || each.kind === 'counter') && each.series.name === name,
  );
  return found?.kind === 'gauge' || found?.kind === 'counter' ? found.value : undefined;
};

const spin = (forMs: number): void => {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
};

describe('hostResources', () => {
  it('reads shares between 0 and 100 percent', async () => {
    const session = await hostResources.open({ plan, clock: startClock(), watchedProcesses: () => [] });
    await delay(300);
    const seen = await session.sample();
    for (const name of ['host_cpu_percent', 'host_memory_used_percent']) {
      const value = valueOf(seen, name);
      assert.ok(value !== undefined && value >= 0 && value <= 100, `${name} is ${value}`);
    }
  });

  it('says nothing of the CPU over a stretch too short to tell', async () => {
    const session = await hostResources.open({ plan, clock: startClock(), watchedProcesses: () => [] });
    const isSilent = async (): Promise<boolean> =>
      valueOf(await session.sample(), 'host_cpu_percent') === undefined;
    assert.ok(await until(isSilent, 60_000), 'one of two samples that follow each other');
  });

  it(
    'sees a busy process as busy, and one that is gone not at all',
    { skip: process.platform !== 'linux' && 'reads /proc' },
    async () => {
      const watched = [{ name: 'self', pid: process.pid }];
      const session = await hostResources.open({
        plan,
        clock: startClock(),
        watchedProcesses: () => watched,
      });
      await session.sample();
      const [before, beganMs] = [process.cpuUsage(), performance.now()];
      spin(400);
      const { user, system } = process.cpuUsage(before);
      // Others may have had the machine most of that time.
      const usedPercent = (user + system) / 10 / (performance.now() - beganMs);
      const busy = valueOf(await session.sample(), 'process_cpu_percent') ?? 0;
      assert.ok(busy > 0 && busy > usedPercent / 3, `${busy} % of ${usedPercent} %`);
      watched[0] = { name: 'gone', pid: 2 ** 30 };
      assert.equal(valueOf(await session.sample(), 'process_cpu_percent'), undefined);
    },
  );
});
