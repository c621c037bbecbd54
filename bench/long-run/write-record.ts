import { runPlanSchema } from '../../core/plan.ts';
import { createJournal } from '../../core/record/journal-writer.ts';
import type { Observation } from '../../core/record/observation.ts';
import { inBlocks, type PlacedSample } from '../../core/record/offset-samples.ts';
import { recordSchemaVersion, type SeriesKey } from '../../core/record/run-record.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import type { Random } from '../random.ts';

export type LongRun = {
  readonly seconds: number;
  readonly partitions: number;
  /** Share of the partitions to which something is added in a second. */
  readonly busyShare: number;
};

const requests: SeriesKey = { name: 'http_reqs', labels: {}, unit: 'count' };
const duration: SeriesKey = { name: 'http_req_duration', labels: {}, unit: 'ms' };
const cpu: SeriesKey = { name: hostSeries.cpuPercent, labels: {}, unit: 'percent' };

/**
 * A run as `lagline run` would have written it: load from the first to the last but 5 minutes, every hour a stall of 4 minutes in
 * which nothing is consumed, and a backlog that is gone before the end. Answers the highest lag that a reading has.
 */
export const writeLongRun = (
  folder: string,
  { seconds, partitions, busyShare }: LongRun,
  random: Random,
): number => {
  const journal = createJournal(folder, {
    schemaVersion: recordSchemaVersion,
    runId: 'long-run',
    startedAt: '2026-03-02T00:00:00.000Z',
    plan: runPlanSchema.parse({
      scenario: { name: 'long-run', script: 'long-run.js' },
      kafka: { brokers: ['127.0.0.1:9092'], groups: [{ group: 'workers', topics: ['orders'] }] },
      thresholds: { kafka_lag: ['max<100000000'], kafka_drain: ['value<600000'], host_cpu: ['avg<95'] },
    }),
    environment: {
      laglineVersion: '0',
      nodeVersion: process.version,
      os: 'linux',
      cpuModel: 'none',
      cpuCores: 2,
      memoryBytes: 2 ** 30,
      command: ['run', 'long-run.js'],
    },
  });
  const ends = new Float64Array(partitions);
  const done = new Float64Array(partitions);
  const loadSeconds = seconds - Math.min(300, Math.floor(seconds / 4));
  let peak = 0;
  let total = 0;
  journal.write({ kind: 'phase', name: 'load', atMs: 0 });
  for (let second = 0; second <= seconds; second += 1) {
    const isLoaded = second > 0 && second < loadSeconds;
    const isStalled = isLoaded && second % 3600 > 600 && second % 3600 < 840;
    if (second === loadSeconds) {
      journal.write({ kind: 'phase-end', name: 'load', atMs: second * 1000 });
      journal.write({ kind: 'phase', name: 'drain', atMs: second * 1000 });
    }
    const atMs = second * 1000 + 0.31;
    const samples: PlacedSample[] = [];
    let lag = 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      const before = done[partition] ?? 0;
      if (isLoaded && random.next() < busyShare)
        ends[partition] = (ends[partition] ?? 0) + random.integer(1, 20);
      // A worker that commits every other second, and twice as fast as messages come.
      if (!isStalled && (second + partition) % 2 === 0)
        done[partition] = Math.min(ends[partition] ?? 0, before + Math.ceil(80 * busyShare));
      const end = ends[partition] ?? 0;
      lag += end - (done[partition] ?? 0);
      samples.push({
        group: 'workers',
        topic: 'orders',
        partition,
        sample: {
          fromMs: atMs,
          endSentMs: atMs + 2,
          endReceivedMs: atMs + 5,
          toMs: atMs + 7,
          committedBefore: BigInt(done[partition] ?? 0),
          committedAfter: BigInt(done[partition] ?? 0),
          end: BigInt(end),
          logStart: 0n,
        },
      });
    }
    const seen: Observation[] = inBlocks(samples);
    peak = Math.max(peak, lag);
    const fresh = isLoaded ? random.integer(900, 1100) : 0;
    total += fresh;
    seen.push({ kind: 'counter', series: requests, atMs, value: total });
    seen.push({ kind: 'gauge', series: cpu, atMs, value: 40 + random.integer(0, 30) });
    if (fresh > 0)
      seen.push({
        kind: 'window',
        series: duration,
        fromMs: atMs - 1000,
        toMs: atMs,
        histogram: {
          schema: 3,
          count: fresh,
          sum: fresh * 12,
          zeroCount: 0,
          buckets: [
            [26, fresh - 20],
            [30, 15],
            [40, 5],
          ],
        },
      });
    journal.observe(seen);
  }
  journal.write({ kind: 'phase-end', name: 'drain', atMs: seconds * 1000 });
  journal.write({ kind: 'end', atMs: seconds * 1000, status: 'completed' });
  journal.close();
  return peak;
};
