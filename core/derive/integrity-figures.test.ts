import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, integrityCounts } from '../../fixtures/build-record.ts';
import { integrityFigures, integrityOrigins } from './integrity-figures.ts';

describe('integrityFigures', () => {
  it('counts what the run added, not what the store already held', () => {
    const figures = integrityFigures(
      buildRecord({
        integrityBefore: integrityCounts({ accepted: 300, persisted: 300 }),
        integrity: integrityCounts({ accepted: 1300, persisted: 1200, lost: null, duplicates: 1 }),
      }),
    );
    assert.deepEqual(
      [figures?.accepted, figures?.persisted, figures?.pending, figures?.lost, figures?.duplicates],
      [1000, 900, 100, null, 1],
    );
  });

  it('takes a count whole that was not known before', () => {
    const figures = integrityFigures(
      buildRecord({
        integrityBefore: integrityCounts({ lost: null }),
        integrity: integrityCounts({ lost: 2 }),
      }),
    );
    assert.equal(figures?.lost, 2);
  });

  it('leaves nothing pending of what was lost', () => {
    const figures = integrityFigures(
      buildRecord({ integrity: integrityCounts({ persisted: 998, lost: 2 }) }),
    );
    assert.equal(figures?.pending, 0);
  });

  it('is null without an answer of the store', () => {
    assert.equal(integrityFigures(buildRecord({})), null);
  });

  it('has no difference where a count is below what it was, and says why', () => {
    const record = buildRecord({
      integrityBefore: integrityCounts({ accepted: 5000, duplicates: 1 }),
      integrity: integrityCounts({ duplicates: 3 }),
    });
    const figures = integrityFigures(record);
    assert.deepEqual(
      [figures?.accepted, figures?.persisted, figures?.lost, figures?.pending, figures?.duplicates],
      [null, null, null, null, 2],
    );
    const origins = integrityOrigins(record);
    assert.equal(origins['integrity.accepted']?.reason, 'counter-reset');
    assert.equal(origins['integrity.duplicates'], undefined);
  });
});
