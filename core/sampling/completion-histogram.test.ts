import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { serveLocally } from '../../fixtures/local-http.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import { runPlanSchema } from '../plan.ts';
import type { Observation } from '../record/observation.ts';
import { completionHistogram } from './completion-histogram.ts';

const sampleOnce = async (text: string, histogram: string, status = 200): Promise<readonly Observation[]> => {
  const server = await serveLocally((_, response) => response.writeHead(status).end(text));
  try {
    const plan = runPlanSchema.parse({
      scenario: { name: 'test', script: 'test.js' },
      completion: { url: `${server.url}/metrics`, histogram },
    });
    const session = await completionHistogram.open({ plan, clock: startClock(), watchedProcesses: () => [] });
    const seen = await session.sample();
    await session.close();
    return seen;
  } finally {
    await server.close();
  }
};

const valuesOf = (seen: readonly Observation[]) =>
  seen.map((each) =>
    each.kind === 'counter' ? [each.series.name, each.series.labels['le'] ?? '', each.value] : [each.kind],
  );

const twoPods = `# TYPE done_seconds histogram
done_seconds_bucket{kind="a",le="0.5"} 1
done_seconds_bucket{kind="a",le="+Inf"} 2
done_seconds_sum{kind="a"} 3.5
done_seconds_count{kind="a"} 2
done_seconds_bucket{kind="b",le="0.5"} 4
done_seconds_bucket{kind="b",le="+Inf"} 4
done_seconds_sum{kind="b"} 1
done_seconds_count{kind="b"} 4
other_bucket{le="+Inf"} 9
`;

describe('completionHistogram', () => {
  it('takes the counts of all label sets together, with edges in ms', async () => {
    assert.deepEqual(valuesOf(await sampleOnce(twoPods, 'done_seconds')), [
      ['completion_bucket', '500', 5],
      ['completion_bucket', '+Inf', 6],
      ['completion_count', '', 6],
      ['completion_sum', '', 4500],
    ]);
  });

  it('takes a histogram that is named in ms as it is', async () => {
    const text = 'done_ms_bucket{le="5"} 1\ndone_ms_bucket{le="+Inf"} 1\ndone_ms_sum 3\ndone_ms_count 1\n';
    assert.deepEqual(valuesOf(await sampleOnce(text, 'done_ms'))[0], ['completion_bucket', '5', 1]);
  });

  it('reads what a real service answered', async () => {
    const text = readFileSync(
      join(import.meta.dirname, '..', '..', 'fixtures', 'prometheus', 'coupon-service-metrics.txt'),
      'utf8',
    );
    const seen = valuesOf(await sampleOnce(text, 'coupon_issue_completion_seconds'));
    assert.ok(seen.length > 10);
    assert.ok(Number(seen.find(([name]) => name === 'completion_count')?.[2]) > 0);
  });

  for (const [what, text, status, code, words] of [
    ['another name, and says which there are', twoPods, 200, 'config-invalid', /no histogram 'missing'/],
    ['an address without histograms', 'up 1\n', 200, 'config-invalid', /no histogram 'missing'/],
    ['an error', 'busy', 503, 'prometheus-unreachable', /HTTP 503/],
  ] as const) {
    it(`refuses ${what}, before the load`, async () => {
      await assert.rejects(sampleOnce(text, 'missing', status), (error) => {
        assert.ok(error instanceof KnownError);
        assert.equal(error.code, code);
        assert.match(error.message, words);
        if (text === twoPods) assert.match(error.remedy ?? '', /done_seconds, other/);
        return true;
      });
    });
  }
});
