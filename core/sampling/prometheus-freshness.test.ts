import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { serveLocally } from '../../fixtures/local-http.ts';
import { useRealPrometheus } from '../../fixtures/real-prometheus.ts';
import { startClock, type Clock } from '../clock.ts';
import type { Observation } from '../record/observation.ts';
import { createFreshness } from './prometheus-freshness.ts';

/** An exporter whose `left_over` was collected a minute before the test, as a gateway keeps what a job once pushed. */
let isGone = false;
const pushedAtMs = Date.now() - 60_000;
const exporter = await serveLocally((_, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(
    `# TYPE left_over gauge\nleft_over 7 ${pushedAtMs}\n${isGone ? '' : '# TYPE jobs_total counter\njobs_total 5\n'}`,
  );
});
after(() => exporter.close());
const prometheus = await useRealPrometheus(() => [{ job: 'jobs', hostPort: new URL(exporter.url).host }]);

const gauges = (seen: readonly Observation[]): Record<string, number> =>
  Object.fromEntries(
    seen.flatMap((each): [string, number][] =>
      each.kind === 'gauge'
        ? [[each.series.labels['query'] ?? each.series.name.replace('clock_ahead_', ''), each.value]]
        : [],
    ),
  );

/** A run's clock that is off by so much. */
const clockAheadBy = (ms: number): Clock => {
  const clock = startClock();
  return { ...clock, startedAtEpochMs: clock.startedAtEpochMs + ms };
};

describe('createFreshness on a real server', { skip: prometheus.skip }, () => {
  const queries = {
    jobs: 'sum(jobs_total)',
    most: 'max_over_time(jobs_total[1m])',
    left: 'left_over > 0',
    both: 'jobs_total + on(job) left_over',
    none: 'no_such_metric or vector(0)',
  };

  it('tells how old the newest sample behind each query is, also where the answer looks alive', async () => {
    const clock = startClock();
    const read = createFreshness(clock, prometheus.address, queries);
    const until = async (isThere: (ages: Record<string, number>) => boolean): Promise<void> => {
      for (let turn = 0; turn < 100 && !isThere(gauges(await read())); turn += 1) await delay(200);
    };
    await until(({ jobs, left }) => jobs !== undefined && left !== undefined);
    const seen = gauges(await read());
    assert.ok((seen['jobs'] ?? -1) >= 0 && (seen['jobs'] ?? 0) < 20_000, `${seen['jobs']} ms`);
    const leftMs = seen['left'] ?? 0;
    assert.ok(Math.abs(leftMs - (Date.now() - pushedAtMs)) < 10_000, `${leftMs} ms`);
    // A query is as old as the oldest of what it is made of; nothing is known of what never was.
    assert.ok((seen['both'] ?? 0) >= leftMs - 5000);
    assert.equal(seen['none'], undefined);

    // A counter that is gone has no newest sample any more, and its maximum over a minute goes on.
    isGone = true;
    await until(({ most }) => (most ?? 0) > 3000);
    assert.ok((gauges(await read())['most'] ?? 0) > 3000);
    const url = `${prometheus.address}/api/v1/query?query=${encodeURIComponent(queries.most)}`;
    const answer = (await (await fetch(url)).json()) as { data: { result: unknown[] } };
    assert.equal(answer.data.result.length, 1);
  });

  for (const aheadMs of [0, 5000, -5000]) {
    it(`finds its clock where the run's clock is ${aheadMs} ms ahead`, async () => {
      const read = createFreshness(clockAheadBy(aheadMs), prometheus.address, {});
      const { at_least: low = NaN, at_most: high = NaN } = gauges(await read());
      // The server rounds to milliseconds.
      assert.ok(low - 1 <= -aheadMs && -aheadMs <= high + 1, `${low} to ${high}`);
    });
  }
});

describe('createFreshness', () => {
  it('counts on where a proxy gives the same answer again', async () => {
    const evaluatedAt = Date.now() / 1000;
    const part = (name: string, value: number) => ({
      metric: { lagline_part: name },
      value: [evaluatedAt, String(value)],
    });
    const cache = await serveLocally((_, response) => {
      const result = [part('clock', evaluatedAt), part('0', evaluatedAt - 2)];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    try {
      const read = createFreshness(startClock(), cache.url, { up: 'up' });
      const first = gauges(await read())['up'] ?? NaN;
      await delay(300);
      const second = gauges(await read())['up'] ?? NaN;
      assert.ok(Math.abs(first - 2000) < 1);
      assert.ok(second >= first + 290);
    } finally {
      await cache.close();
    }
  });

  it('has no reading of a server that answers something else, and does not reject', async () => {
    for (const body of ['', '<html>', '{"status":"error"}', '{"status":"success","data":{"result":[]}}']) {
      const server = await serveLocally((_, response) => void response.end(body));
      assert.deepEqual(await createFreshness(startClock(), server.url, { up: 'up' })(), []);
      await server.close();
    }
  });
});
