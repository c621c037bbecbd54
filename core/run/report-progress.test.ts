import assert from 'node:assert/strict';
import { it } from 'node:test';
import { partition } from '../../fixtures/build-record.ts';
import { createLiveView } from '../live-view.ts';
import { createLiveFigures } from '../load/live-figures.ts';
import { inBlocks } from '../record/offset-samples.ts';
import { reportProgress } from './report-progress.ts';
import type { RunProgress, RunRequest } from './run-request.ts';
import type { Running } from './running.ts';

it('a group that was not read for some ticks is no longer among those of the progress', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const live = createLiveView();
  for (const { samples, ...place } of [
    partition([[1000, 0, 5]]),
    partition([[9000, 0, 7]], { group: 'mailer' }),
  ])
    live.take(inBlocks(samples.map((sample) => ({ ...place, sample }))));
  const told: RunProgress[] = [];
  const request = {
    plan: { sampling: { intervalMs: 1000 } },
    onProgress: (progress: RunProgress) => told.push(progress),
  } as unknown as RunRequest;
  const running = {
    clock: { startedAtEpochMs: 0, elapsedMs: () => 10_000 },
    figures: createLiveFigures(),
    live,
    abortWatch: { judged: () => [] },
  } as unknown as Running;
  const end = reportProgress(request, running, 'load', 4000, 30_000);
  t.mock.timers.tick(1000);
  end();
  t.mock.timers.tick(1000);
  assert.equal(told.length, 1);
  assert.deepEqual([told[0]?.elapsedMs, told[0]?.remainingMs, told[0]?.lagMessages], [6000, 24_000, 12]);
  assert.deepEqual(
    told[0]?.groups().map(({ group, lagHigh }) => [group, lagHigh]),
    [['mailer', 7]],
  );
});
