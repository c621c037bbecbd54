import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  buildRecord,
  count,
  integrityCounts,
  k6Summary,
  loadOutcome,
  partition,
} from '../../fixtures/build-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { runFigures } from './run-figures.ts';

/** 980 messages, produced and consumed while they were watched. */
const consumed = partition([
  [0, 0, 0],
  [5000, 100, 980],
  [9000, 980, 980],
  [15_000, 980, 980],
]);

const integrityFigures = (record: RunRecord) => runFigures(record).integrity;

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
    const origins = runFigures(record).provenance;
    assert.equal(origins['integrity.accepted']?.reason, 'counter-reset');
    assert.equal(origins['integrity.duplicates'], undefined);
  });

  it('loses only the count itself where one goes back that the rows do not rest on', () => {
    const record = buildRecord({
      integrityBefore: integrityCounts({ accepted: 0, persisted: 0, attempted: 9000, deadLettered: 3 }),
      integrity: integrityCounts({ attempted: 1000, deadLettered: 1 }),
    });
    const { integrity, provenance } = runFigures(record);
    assert.deepEqual(
      [integrity?.attempted, integrity?.deadLettered, integrity?.accepted, integrity?.lost],
      [null, null, 1000, 0],
    );
    assert.equal(provenance['integrity.attempted']?.reason, 'counter-reset');
  });

  it('takes no zero of lost or phantom from a store that is not drained, but every breach', () => {
    const record = (lost: number) =>
      buildRecord({
        integrity: integrityCounts({ lost, phantom: 0, drained: false, reason: 'consumer-not-caught-up' }),
      });
    const { integrity, provenance } = runFigures(record(0));
    assert.deepEqual([integrity?.lost, integrity?.phantom, integrity?.duplicates], [null, null, 0]);
    assert.equal(provenance['integrity.lost']?.reason, 'consumer-not-caught-up');
    assert.deepEqual([integrity?.drained, integrity?.reason], [false, 'consumer-not-caught-up']);
    assert.equal(integrityFigures(record(2))?.lost, 2);
  });

  it('has nothing pending by the word of a drained store, nor what was taken back', () => {
    const pending = (given: Parameters<typeof integrityCounts>[0]) =>
      integrityFigures(buildRecord({ integrity: integrityCounts({ persisted: 990, ...given }) }))?.pending;
    assert.equal(pending({ drained: true }), 0);
    assert.equal(pending({ drained: false, revoked: 4 }), 6);
  });

  it('names the ids of this run, not those that were there before', () => {
    const none = { lost: [], phantom: [], duplicates: [], deadLettered: [] };
    const record = buildRecord({
      integrityBefore: integrityCounts({ accepted: 0, persisted: 0, ids: { ...none, lost: ['a'] } }),
      integrity: integrityCounts({ lost: 2, ids: { ...none, lost: ['a', 'b'], phantom: ['c'] } }),
    });
    assert.deepEqual(integrityFigures(record)?.ids, { ...none, lost: ['b'], phantom: ['c'] });
  });

  it('follows the requests to the rows, by the service and beside it by k6 and the offsets', () => {
    const record = buildRecord({
      offsets: [consumed],
      load: loadOutcome({ summary: k6Summary({ coupon_accepted: count(985) }) }),
      integrity: integrityCounts({ attempted: 1004, accepted: 990, persisted: 978, lost: 12 }),
    });
    const chain = integrityFigures(record)?.chain.map(({ step, service, observed, by, narrowedBy }) => [
      step,
      service,
      observed,
      by,
      narrowedBy,
    ]);
    assert.deepEqual(chain, [
      ['attempted', 1004, 1000, 'k6', null],
      ['accepted', 990, 985, 'k6', 14],
      ['produced', null, 980, 'kafka', 10],
      ['consumed', null, 980, 'kafka', 0],
      ['persisted', 978, null, null, 2],
    ]);
  });

  it('passes over a step nobody counted, and takes no topic for the one of the coupons among several', () => {
    const record = buildRecord({
      offsets: [consumed, { ...consumed, topic: 'mails' }],
      integrity: integrityCounts({ persisted: 1001 }),
    });
    const chain = integrityFigures(record)?.chain ?? [];
    assert.deepEqual(
      chain.map(({ observed, narrowedBy }) => [observed, narrowedBy]),
      [
        [1000, null],
        [null, 0],
        [null, null],
        [null, null],
        [null, -1],
      ],
    );
  });
});
