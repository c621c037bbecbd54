import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import type { RunPlan } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import type { Gap } from '../record/run-record.ts';
import { redactUrl } from '../redact.ts';
import { httpGet, requireHttpUrl } from '../sampling/http-get.ts';
import type { Period } from './read-past.ts';

/** Prometheus answers at most 11,000 points a series. */
const pointsPerQuery = 10_000;
/** Beyond this many series of one query the rest is left out, as when they are sampled. */
const seriesLimit = 400;
const timeoutMs = 30_000;

const matrixAnswer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()).default({}),
          values: z.array(z.tuple([z.number(), z.string()])).default([]),
        }),
      ),
    })
    .optional(),
});

type Matrix = NonNullable<z.infer<typeof matrixAnswer>['data']>['result'];

/**
 * The plan's PromQL over a period, by range queries. A query that gives nothing is a gap; a server that cannot be asked, or
 * that refuses a query, is a KnownError. `/metrics` addresses know nothing of the past and are left alone.
 */
export const readPrometheusPast = async (
  prometheus: RunPlan['prometheus'],
  period: Period,
): Promise<{ observations: Observation[]; gaps: Gap[] }> => {
  const { url, queries = {} } = prometheus ?? {};
  if (url === undefined) return { observations: [], gaps: [] };
  requireHttpUrl(url, 'the Prometheus address');
  const observations: Observation[] = [];
  const gaps: Gap[] = [];
  for (const [id, query] of Object.entries(queries)) {
    const found: Observation[] = [];
    for (const part of partsOf(period)) found.push(...(await askRange(url, id, query, part, period.fromMs)));
    observations.push(...found);
    if (found.length === 0)
      gaps.push({
        source: `prometheus:${id}`,
        fromMs: 0,
        toMs: period.toMs - period.fromMs,
        reason: 'no-samples',
      });
  }
  return { observations: observations.sort((left, right) => atOf(left) - atOf(right)), gaps };
};

const atOf = (seen: Observation): number => ('atMs' in seen ? seen.atMs : 0);

const partsOf = ({ fromMs, toMs, stepMs }: Period): Period[] => {
  const parts: Period[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs * pointsPerQuery)
    parts.push({ fromMs: atMs, toMs: Math.min(toMs, atMs + stepMs * (pointsPerQuery - 1)), stepMs });
  return parts;
};

const askRange = async (
  base: string,
  id: string,
  query: string,
  { fromMs, toMs, stepMs }: Period,
  zeroMs: number,
): Promise<Observation[]> => {
  const range = new URLSearchParams({
    query,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
  });
  const matrix = await askMatrix(`${base.replace(/\/$/, '')}/api/v1/query_range?${range.toString()}`, base, {
    id,
    query,
  });
  return matrix.slice(0, seriesLimit).flatMap(({ metric, values }) => {
    const { __name__: _, ...labels } = metric;
    const series = { name: 'prometheus', labels: { ...labels, query: id }, unit: 'none' } as const;
    return values.flatMap(([seconds, text]): Observation[] => {
      const value = Number(text);
      return Number.isFinite(value) ? [{ kind: 'gauge', series, atMs: seconds * 1000 - zeroMs, value }] : [];
    });
  });
};

const askMatrix = async (
  url: string,
  base: string,
  { id, query }: { id: string; query: string },
): Promise<Matrix> => {
  let answer: z.infer<typeof matrixAnswer>;
  let status: number;
  try {
    const got = await httpGet(url, timeoutMs, redactUrl(base));
    status = got.status;
    answer = matrixAnswer.parse(JSON.parse(got.body));
  } catch (error) {
    throw new KnownError(
      'prometheus-unreachable',
      `the past of the query '${id}' cannot be read from ${messageOf(error)}`,
      { remedy: 'check the address, or leave it out to rebuild without these metrics', cause: error },
    );
  }
  if (answer.status === 'success') return answer.data?.result ?? [];
  throw new KnownError(
    'config-invalid',
    `Prometheus refuses the query '${id}' (${query}): ${answer.error ?? `HTTP ${status}`}`,
    { remedy: 'try the expression in the Prometheus UI; it must be an instant vector' },
  );
};
