import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Observation } from '../record/observation.ts';
import type { Gap } from '../record/run-record.ts';
import { hostSeries } from '../record/series-names.ts';
import type { Sampler, SamplingContext, SamplingSession } from './sampler.ts';

export type SamplingSink = {
  observe(observations: readonly Observation[]): void;
  gap(gap: Gap): void;
};

export type SamplingLoop = {
  /** Takes one last sample of every source, then closes them. */
  stop(): Promise<void>;
  /** Ends without a last sample; what is still under way is thrown away. */
  abandon(): void;
};

export type OpenSampler = { readonly id: string; readonly session: SamplingSession };

/** Opens every sampler, in order; when one refuses, those already open are closed again in reverse. */
export const openSamplers = async (
  samplers: readonly Sampler[],
  context: SamplingContext,
): Promise<OpenSampler[]> => {
  const open: OpenSampler[] = [];
  try {
    for (const sampler of samplers) open.push({ id: sampler.id, session: await sampler.open(context) });
    return open;
  } catch (error) {
    await closeSamplers(open);
    throw error;
  }
};

/**
 * Ticks at fixed multiples of the interval on the run's clock. A source that is still busy with an earlier tick is
 * left out of this one and gets a gap; a tick's own lateness is recorded, and no tick is made up for later.
 */
export const startSamplingLoop = (
  samplers: readonly OpenSampler[],
  { plan, clock }: Pick<SamplingContext, 'plan' | 'clock'>,
  givenSink: SamplingSink,
): SamplingLoop => {
  const { intervalMs } = plan.sampling;
  const busySinceMs = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let isAbandoned = false;
  const sink: SamplingSink = {
    observe: (observations) => {
      if (!isAbandoned) givenSink.observe(observations);
    },
    gap: (gap) => {
      if (!isAbandoned) givenSink.gap(gap);
    },
  };

  const sampleOne = async ({ id, session }: OpenSampler, atMs: number): Promise<void> => {
    const since = busySinceMs.get(id);
    if (since !== undefined) {
      sink.gap({ source: id, fromMs: atMs, toMs: atMs + intervalMs, reason: 'overrun' });
      return;
    }
    busySinceMs.set(id, atMs);
    try {
      sink.observe(await session.sample());
    } catch (error) {
      sink.gap({
        source: id,
        fromMs: atMs,
        toMs: Math.max(clock.elapsedMs(), atMs + intervalMs),
        reason: messageOf(error),
      });
    } finally {
      busySinceMs.delete(id);
    }
  };
  const sampleAll = (atMs: number): void => {
    for (const sampler of samplers) {
      const work = sampleOne(sampler, atMs);
      running.add(work);
      void work.finally(() => running.delete(work));
    }
  };

  /** This process was held up (a busy machine, a suspend): nothing was seen of any source meanwhile. */
  const skipped = (fromMs: number, toMs: number): void => {
    for (const { id } of samplers) sink.gap({ source: id, fromMs, toMs, reason: 'ticks-skipped' });
  };

  const tick = async (): Promise<void> => {
    const originMs = clock.elapsedMs();
    for (let index = 0; !stopping.signal.aborted;) {
      const plannedMs = originMs + index * intervalMs;
      const waitMs = plannedMs - clock.elapsedMs();
      if (waitMs > 0) await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const nowMs = clock.elapsedMs();
      const lateMs = Math.max(0, nowMs - plannedMs);
      sink.observe([
        { kind: 'gauge', series: tickSeries, atMs: nowMs, value: Math.round(lateMs * 100) / 100 },
      ]);
      sampleAll(nowMs);
      const next = Math.max(index + 1, Math.ceil((clock.elapsedMs() - originMs) / intervalMs));
      if (next > index + 1) skipped(originMs + (index + 1) * intervalMs, originMs + next * intervalMs);
      index = next;
    }
  };
  const ticking = tick();

  return {
    stop: async () => {
      stopping.abort();
      await ticking;
      await Promise.all(running);
      sampleAll(clock.elapsedMs());
      await Promise.all(running);
      await closeSamplers(samplers);
    },
    abandon: () => {
      isAbandoned = true;
      stopping.abort();
      void closeSamplers(samplers);
    },
  };
};

const tickSeries = { name: hostSeries.tickLateMs, labels: {}, unit: 'ms' } as const;

/** Closes them, last first; a failure to close is of no interest any more. */
export const closeSamplers = async (samplers: readonly OpenSampler[]): Promise<void> => {
  for (const { session } of [...samplers].reverse()) await session.close().catch(() => {});
};
