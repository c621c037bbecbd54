import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { reportDocumentSchema } from '../core/report-document.ts';
import { writeReport } from './write-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'lagline-stored-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const runFolder = (story: string): string => join(import.meta.dirname, '..', 'fixtures', 'runs', story);

/** Figures as k6 wrote them, read without any code of ours. */
const k6Figures = (story: string) => {
  const { metrics } = JSON.parse(readFileSync(join(runFolder(story), 'k6', 'summary.json'), 'utf8')) as {
    metrics: Record<string, Record<string, number>>;
  };
  return { requests: metrics['http_reqs']?.['count'], p95: metrics['http_req_duration']?.['p(95)'] };
};

describe('a report from a stored run', () => {
  for (const [story, outcome, drainState] of [
    ['healthy', 'pass', 'no-backlog'],
    ['interrupted', 'invalid', undefined],
    ['backlog-drained', 'fail', 'drained'],
    ['backlog-not-drained', 'fail', 'timed-out'],
  ] as const) {
    it(`judges the run '${story}' as ${outcome}, with the figures that k6 wrote`, async () => {
      const { document } = await writeReport([runFolder(story)], join(folder, story), 'ko', ['md', 'json']);
      const [run] = reportDocumentSchema.parse(document).runs;
      assert.equal(run?.verdict.outcome, outcome);
      assert.equal(run.load?.requests, k6Figures(story).requests);
      assert.equal(run.load?.httpReqDurationMs.p95, k6Figures(story).p95);
      assert.deepEqual(
        run.consistency.filter(({ ok }) => !ok),
        [],
      );
      if (drainState !== undefined) assert.equal(run.kafka.groups[0]?.drain.state, drainState);
    });
  }

  it('counts in Kafka and in the store what k6 was told is accepted', async () => {
    const { document } = await writeReport([runFolder('backlog-drained')], join(folder, 'counted'), 'ko', [
      'md',
      'json',
    ]);
    const [run] = document.runs;
    const accepted = run?.load?.outcomes['accepted'];
    assert.equal(run?.kafka.groups[0]?.producedMessages, accepted);
    assert.equal(run?.integrity?.accepted, accepted);
    assert.equal(run?.integrity?.persisted, accepted);
  });

  it('gives a lower bound and an estimate, but no measurement, for a backlog that did not drain', async () => {
    const { document } = await writeReport([runFolder('backlog-not-drained')], join(folder, 'bound'), 'ko', [
      'md',
      'json',
    ]);
    const drain = document.runs[0]?.kafka.groups[0]?.drain;
    assert.equal(drain?.ms, null);
    assert.ok(drain.lowMs !== null && drain.estimateMs !== null && drain.lowMs < drain.estimateMs);
  });

  it('puts several runs into one report, and gives the same bytes again', async () => {
    const stories = [runFolder('backlog-not-drained'), runFolder('backlog-drained')];
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    await writeReport(stories, first, 'ko', ['md', 'json']);
    await writeReport(stories, second, 'ko', ['md', 'json']);
    for (const name of ['report.json', 'report.ko.md', 'charts/stress-lag.png']) {
      assert.ok(readFileSync(join(first, name)).equals(readFileSync(join(second, name))), name);
    }
  });
});
