import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runLine } from './progress.ts';

const drain: Parameters<typeof runLine>[0] = {
  phase: 'drain',
  elapsedMs: 5000,
  remainingMs: 595_000,
  figures: {} as Parameters<typeof runLine>[0]['figures'],
  lagMessages: 1200,
  groups: () => [],
  judged: [],
  drainForecast: { restMs: 42_000, restLowMs: 38_000, restHighMs: 61_000 },
};

describe('the progress line', () => {
  it('has the forecast of the drain with its interval', () => {
    assert.match(runLine(drain), /lag 1,200 · drains in ~0:42 \(0:38 to 1:01\)$/);
  });

  it('foretells nothing where that is not known, or where nothing is left', () => {
    assert.doesNotMatch(runLine({ ...drain, drainForecast: null }), /drains/);
    assert.doesNotMatch(runLine({ ...drain, lagMessages: 0 }), /drains/);
  });
});
