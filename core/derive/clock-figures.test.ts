import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord, clockOf, partition, type RecordParts } from '../../fixtures/build-record.ts';
import { clockFigures } from './clock-figures.ts';

const k6 = (parts: RecordParts) => clockFigures(buildRecord(parts)).find(({ source }) => source === 'k6');
const bounds = (parts: RecordParts) => {
  const clock = k6(parts);
  return [clock?.lowMs, clock?.highMs];
};

describe('clockFigures', () => {
  it('gives the medians of what the readings allow', () => {
    const series = clockOf('k6', [-10, 800], [-100, 900], [-20, 700]);
    assert.deepEqual(k6({ series }), { source: 'k6', lowMs: -20, highMs: 800, samples: 3, reason: null });
  });

  it('is not misled by one late push', () => {
    const usual = [-10, 900] as const;
    assert.deepEqual(
      bounds({ series: clockOf('k6', usual, usual, usual, [-3000, -2000], usual, usual) }),
      [-10, 900],
    );
  });

  it('finds the stretch in which a clock was off, however short beside the run', () => {
    const [right, ahead] = [
      [-10, 900],
      [59_990, 60_900],
    ] as const;
    const series = clockOf(
      'k6',
      ...Array.from({ length: 40 }, () => right),
      ...Array.from({ length: 5 }, () => ahead),
      ...Array.from({ length: 40 }, () => right),
    );
    assert.deepEqual(bounds({ series }), ahead);
  });

  it('says that it does not know, and names only clocks that were to be read', () => {
    assert.deepEqual(clockFigures(buildRecord()), [
      { source: 'k6', lowMs: null, highMs: null, samples: 0, reason: 'no-samples' },
    ]);
    assert.equal(k6({ series: clockOf('k6', [0, 1], [0, 1]) })?.reason, 'too-few-samples');
    const plan = { prometheus: { url: 'http://127.0.0.1:9090', queries: {}, scrape: [] } };
    assert.deepEqual(
      clockFigures(buildRecord({ plan, offsets: [partition([])] })).map(({ source }) => source),
      ['k6', 'kafka', 'prometheus'],
    );
    const reconstruction = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' };
    assert.deepEqual(clockFigures(buildRecord({ plan: { reconstruction } })), []);
  });

  it('holds the truth wherever a clock is off by the same all along', () => {
    const reading = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }));
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.array(reading, { minLength: 3, maxLength: 30 }),
        (truth, widths) => {
          const series = clockOf(
            'k6',
            ...widths.map(([below, above]): [number, number] => [truth - below, truth + above]),
          );
          const [low, high] = bounds({ series });
          assert.ok((low ?? NaN) <= truth && truth <= (high ?? NaN));
        },
      ),
    );
  });
});
