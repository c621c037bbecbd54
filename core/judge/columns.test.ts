import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord } from '../../fixtures/build-record.ts';
import { inColumns, offsetHistories } from '../../fixtures/offset-histories.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import { groupTimeLag, leastTimeLag } from '../derive/time-lag/group-time-lag.ts';
import { curvesOf } from '../derive/offset-curves.ts';
import { buildRunReport } from './build-report.ts';

describe('a record whose samples are in columns', () => {
  it('gives the same report and the same curves as one that lists them', () => {
    fc.assert(
      fc.property(offsetHistories, fc.integer({ min: 0, max: 30 }), (histories, loadSeconds) => {
        const durationMs = Math.max(
          ...histories.flatMap(({ samples }) => samples.map(({ toMs }) => toMs)),
          1,
        );
        const loadEndMs = Math.min(durationMs, loadSeconds * 1000);
        const seenIn = (offsets: readonly OffsetHistory[]) => {
          const record = buildRecord({
            durationMs,
            offsets,
            phases: [
              { name: 'load', fromMs: 0, toMs: loadEndMs },
              { name: 'drain', fromMs: loadEndMs, toMs: durationMs },
            ],
          });
          const curves = curvesOf(record);
          return [
            buildRunReport(record),
            curves.map(({ points }) => points),
            curves.map((curve) => [...groupTimeLag(curve)]),
            curves.map((curve) => [...leastTimeLag(curve)]),
          ];
        };
        assert.deepEqual(seenIn(inColumns(histories)), seenIn(histories));
      }),
    );
  });
});
