import { z } from 'zod';
import { elapsedAtWallTime, type Clock } from '../clock.ts';
import { clockReading } from '../record/clock-reading.ts';
import type { Observation } from '../record/observation.ts';
import { sampleAgeSeries } from '../record/series-names.ts';
import { httpGet } from './http-get.ts';
import { selectorsOf } from './promql-selectors.ts';

/** Beyond this many selectors the queries behind them are left out, so that the question stays small. */
const selectorLimit = 50;

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/** Label under which each part of the answer says what it is. */
const partLabel = 'lagline_part';
const clockPart = 'clock';

/**
 * How old the newest samples are that queries rest on, and how far Prometheus' clock is ahead: both in one question a tick. An
 * instant query takes samples of up to five minutes ago for its answer, and a rate goes on while its range holds any: their
 * answers look alive after the target is gone. Never rejects: without an answer there is no reading.
 */
export const createFreshness = (
  clock: Clock,
  base: string,
  queries: Readonly<Record<string, string>>,
): (() => Promise<Observation[]>) => {
  const selectors: string[] = [];
  const parts = Object.entries(queries).flatMap(([id, query]) => {
    const own = selectorsOf(query).filter((selector) => !selectors.includes(selector));
    if (selectors.length + own.length > selectorLimit) return [];
    selectors.push(...own);
    return [{ id, selectors: selectorsOf(query) }];
  });
  const url = `${base.replace(/\/$/, '')}/api/v1/query?query=${encodeURIComponent(questionOf(selectors))}`;
  const lastSampleAt = new Map<string, number>();
  let evaluated = { atEpochMs: Number.NEGATIVE_INFINITY, receivedMs: 0 };

  const read = async (): Promise<Observation[]> => {
    const earliestMs = clock.elapsedMs();
    const { body } = await httpGet(url);
    const latestMs = clock.elapsedMs();
    const values = new Map(
      answerSchema
        .parse(JSON.parse(body))
        .data.result.map(({ metric, value }) => [metric[partLabel], Number(value[1]) * 1000]),
    );
    const evaluatedAt = values.get(clockPart);
    if (evaluatedAt === undefined) return [];
    // A proxy that keeps answers gives the same moment again and again.
    if (evaluatedAt > evaluated.atEpochMs) evaluated = { atEpochMs: evaluatedAt, receivedMs: latestMs };
    const frozenMs = latestMs - evaluated.receivedMs;
    selectors.forEach((selector, index) => {
      const sampledAt = values.get(String(index));
      if (sampledAt !== undefined) lastSampleAt.set(selector, sampledAt);
    });
    const stampedMs = elapsedAtWallTime(clock, evaluatedAt);
    return [
      ...clockReading('prometheus', { stampedMs, earliestMs, latestMs }),
      ...parts.flatMap(({ id, selectors: own }): Observation[] => {
        const seen = own.map((selector) => lastSampleAt.get(selector)).filter((each) => each !== undefined);
        if (seen.length === 0) return [];
        const oldest = seen.reduce((least, each) => Math.min(least, each));
        const value = Math.max(0, evaluatedAt - oldest) + frozenMs;
        const series = { name: sampleAgeSeries, labels: { query: id }, unit: 'ms' } as const;
        return [{ kind: 'gauge', series, atMs: latestMs, value }];
      }),
    ];
  };
  return () => read().catch(() => []);
};

/** The moment of evaluation, and when the newest sample of each selector was taken. */
const questionOf = (selectors: readonly string[]): string => {
  const part = (name: string, expression: string): string =>
    `label_replace(${expression},"${partLabel}","${name}","","")`;
  return [
    part(clockPart, 'vector(time())'),
    ...selectors.map((selector, index) => part(String(index), `max(timestamp(${selector}))`)),
  ].join(' or ');
};
