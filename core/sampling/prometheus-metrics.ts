import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { Observation } from '../record/observation.ts';
import { redactUrl } from '../redact.ts';
import { httpGet, requireHttpUrl } from './http-get.ts';
import { createFreshness } from './prometheus-freshness.ts';
import { parsePrometheusText } from './prometheus-text.ts';
import type { Sampler, SamplingSession } from './sampler.ts';

/** Beyond this many series of one address the rest is left out, so that a stray label cannot fill the journal. */
const seriesLimit = 400;

/** PromQL queries against a server, and `/metrics` addresses that are scraped directly; asked once a tick. */
export const prometheusMetrics: Sampler = {
  id: 'prometheus',
  open: async ({ plan, clock }) => {
    const { url, queries = {}, scrape = [] } = plan.prometheus ?? {};
    if (url !== undefined) requireHttpUrl(url, 'the Prometheus address');
    for (const address of scrape) requireHttpUrl(address, 'the metrics address');
    const readers: Reader[] = [
      ...Object.entries(url === undefined ? {} : queries).map(([id, query]) => ({
        id,
        read: () => askQuery(clock, url ?? '', id, query),
      })),
      ...scrape.map((address) => ({
        id: new URL(address).host,
        read: () => scrapeOnce(clock, address),
      })),
    ];
    if (url !== undefined && Object.keys(queries).length === 0)
      await check(() => askQuery(clock, url, 'up', 'up'));
    for (const { read } of readers) await check(read);
    const freshness = url === undefined ? undefined : createFreshness(clock, url, queries);
    return session(clock, readers, freshness);
  },
};

/** A query or address that gives nothing leaves a gap of its own; the session throws only where none gives anything. */
const session = (
  clock: Clock,
  readers: readonly Reader[],
  freshness: (() => Promise<Observation[]>) | undefined,
): SamplingSession => ({
  sample: async () => {
    const fromMs = clock.elapsedMs();
    const [answers, ages] = await Promise.all([
      Promise.allSettled(readers.map(({ read }) => read())),
      freshness?.() ?? [],
    ]);
    const toMs = clock.elapsedMs();
    const failed = answers.filter((answer) => answer.status === 'rejected');
    if (failed.length === answers.length && failed[0] !== undefined) throw failed[0].reason;
    const values = answers.flatMap((answer, index): Observation[] =>
      answer.status === 'fulfilled'
        ? answer.value
        : [
            {
              kind: 'gap',
              gap: {
                source: 'prometheus-query',
                fromMs,
                toMs,
                reason: `${readers[index]?.id ?? ''}: ${messageOf(answer.reason)}`,
              },
            },
          ],
    );
    return [...values, ...ages];
  },
  close: async () => {},
});

/** `id` is the query's, or the host that is scraped. */
type Reader = { readonly id: string; readonly read: () => Promise<Observation[]> };

const check = async (read: () => Promise<unknown>): Promise<void> => {
  try {
    await read();
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('prometheus-unreachable', `metrics cannot be read from ${messageOf(error)}`, {
      remedy: 'check the address, or leave it out to run without these metrics',
      cause: error,
    });
  }
};

const vectorAnswer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      resultType: z.string(),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()).default({}),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    })
    .optional(),
});

/** An instant query; NaN and infinite values are left out (a gap of that series). */
const askQuery = async (clock: Clock, base: string, id: string, query: string): Promise<Observation[]> => {
  const url = `${base.replace(/\/$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  const { status, body } = await httpGet(url);
  const answer = parseAnswer(body, base, status);
  if (answer.status !== 'success') {
    throw new KnownError(
      'config-invalid',
      `Prometheus refuses the query '${id}' (${query}): ${answer.error ?? `HTTP ${status}`}`,
      {
        remedy: 'try the expression in the Prometheus UI; it must be an instant vector',
      },
    );
  }
  const atMs = clock.elapsedMs();
  return (answer.data?.result ?? []).slice(0, seriesLimit).flatMap(({ metric, value }): Observation[] => {
    const number = Number(value[1]);
    if (!Number.isFinite(number)) return [];
    const { __name__: _, ...labels } = metric;
    return [
      {
        kind: 'gauge',
        series: { name: 'prometheus', labels: { ...labels, query: id }, unit: 'none' },
        atMs,
        value: number,
      },
    ];
  });
};

const parseAnswer = (body: string, base: string, status: number): z.infer<typeof vectorAnswer> => {
  try {
    return vectorAnswer.parse(JSON.parse(body));
  } catch (error) {
    throw new Error(`${redactUrl(base)}: no Prometheus answer (HTTP ${status})`, { cause: error });
  }
};

const scrapeOnce = async (clock: Clock, address: string): Promise<Observation[]> => {
  const { status, body } = await httpGet(address);
  if (status !== 200) throw new Error(`${redactUrl(address)}: HTTP ${status}`);
  const atMs = clock.elapsedMs();
  const instance = new URL(address).host;
  const samples = parsePrometheusText(body).filter(({ name }) => !name.endsWith('_bucket'));
  if (samples.length === 0) throw new Error(`${redactUrl(address)}: no sample in Prometheus text format`);
  return samples.slice(0, seriesLimit).map(({ name, labels, value, type }) => ({
    kind: type === 'counter' || type === 'histogram' ? 'counter' : 'gauge',
    series: { name, labels: { ...labels, instance }, unit: 'none' },
    atMs,
    value,
  }));
};
