import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  buildRecord,
  count,
  integrityCounts,
  k6Summary,
  lagReadings,
  loadOutcome,
  partition,
} from '../../fixtures/build-record.ts';
import type { IntegrityObservation } from '../record/run-record.ts';
import { runFigures } from './run-figures.ts';

type Told = Readonly<Partial<Record<'accepted' | 'duplicate' | 'sold_out' | 'failed' | 'unknown', number>>>;
type Parts = {
  readonly told: Told;
  readonly store: Partial<IntegrityObservation>;
  readonly before?: Partial<IntegrityObservation>;
  /** null: k6 did not say. */
  readonly interrupted?: number | null;
  readonly thrown?: number;
  readonly isDrainSeen?: boolean;
};

const integrityOf = ({ told, store, before = {}, interrupted = 0, thrown, isDrainSeen = false }: Parts) => {
  const metrics = Object.entries(told).map(([name, total]) => [`coupon_${name}`, count(total)] as const);
  const none = { accepted: 0, persisted: 0, drained: true };
  return runFigures(
    buildRecord({
      integrityBefore: integrityCounts({ ...none, ...before }),
      integrity: integrityCounts({ lost: null, phantom: null, unknown: null, drained: true, ...store }),
      offsets: isDrainSeen ? [partition(lagReadings([0, 5, 5, 0, 0, 0, 0, 0, 0], 8000))] : [],
      load: loadOutcome({
        summary: k6Summary(Object.fromEntries(metrics)),
        ...(interrupted === null ? {} : { interruptedIterations: interrupted }),
        ...(thrown === undefined ? {} : { thrownIterations: thrown }),
      }),
    }),
  ).integrity;
};

const split = (parts: Parts) => {
  const clients = integrityOf(parts)?.clients;
  return [clients?.unknownIssued, clients?.unknownNotIssued, clients?.unknownUndecided];
};

describe('clients without an answer, held against the rows', () => {
  const told = { accepted: 90, unknown: 10 };
  for (const [what, parts, expected] of [
    [
      'rows beyond the accepted ones are theirs',
      { store: { accepted: 94, persisted: 94, lost: 0 } },
      [4, 6, 0],
    ],
    [
      'without such rows nothing was issued to them',
      { store: { accepted: 90, persisted: 90, lost: 0 } },
      [0, 10, 0],
    ],
    ['all may have been issued', { store: { accepted: 100, persisted: 100, lost: 0 } }, [10, 0, 0]],
    [
      'a lost promise may be one of theirs or another',
      { store: { accepted: 94, persisted: 92, lost: 2 } },
      [2, 6, 2],
    ],
    [
      'phantoms are nobody’s rows',
      { store: { accepted: 93, persisted: 94, lost: 0, phantom: 1 } },
      [3, 7, 0],
    ],
    [
      'while rows may still come, only what is there is decided',
      { store: { accepted: 94, persisted: 93, lost: null, drained: false } },
      [3, 0, 7],
    ],
    [
      'where the store cannot say what is lost, no row proves that it was not issued',
      { store: { accepted: 94, persisted: 93 } },
      [3, 0, 7],
    ],
    [
      'where others were accepted too, the rows may be theirs',
      { store: { accepted: 500, persisted: 500, lost: 0 } },
      [0, 0, 10],
    ],
    [
      'where coupons were on their way before the load, the rows may be those',
      { store: { accepted: 94, persisted: 97, lost: 0 }, before: { drained: false } },
      [0, 0, 10],
    ],
    ['without rows nothing can be said', { store: { accepted: 94, persisted: null } }, [null, null, null]],
  ] as const) {
    it(what, () => assert.deepEqual(split({ told, ...parts }), expected));
  }

  it('takes interrupted and thrown iterations for clients without an answer', () => {
    const parts = { told: { accepted: 990 }, store: { accepted: 994, persisted: 994, lost: 0 } };
    assert.deepEqual(split({ ...parts, interrupted: 4 }), [4, 0, 0]);
    assert.deepEqual(split({ ...parts, interrupted: 3, thrown: 2 }), [4, 1, 0]);
    const unknown = (more: Partial<Parts>) => integrityOf({ ...parts, ...more })?.unknown;
    assert.deepEqual([unknown({ interrupted: 4 }), unknown({ interrupted: 0 })], [4, 0]);
    assert.equal(unknown({ interrupted: null }), null, 'there may be more than were counted');
    assert.equal(unknown({ interrupted: 1, store: { ...parts.store, unknown: 3 } }), 3);
  });

  it('does not know them where the script counts failures and no unknowns', () => {
    const parts = { told: { accepted: 90, failed: 10 }, store: { accepted: 90, persisted: 90 } };
    assert.deepEqual(split(parts), [null, null, null]);
    assert.equal(integrityOf(parts)?.clients?.unknown, null);
  });

  it('has nothing to hold against the rows without outcomes, or without a summary of k6', () => {
    assert.equal(integrityOf({ told: {}, store: {} })?.clients, null);
    const record = buildRecord({
      integrity: integrityCounts(),
      load: loadOutcome({ summary: null, exitCode: null, signal: 'SIGKILL' }),
    });
    const { integrity, provenance } = runFigures(record);
    assert.equal(integrity?.clients, null);
    assert.equal(provenance['integrity.clients']?.reason, 'no-k6-summary');
  });

  it('never splits into more or fewer than there are, and never claims what the rows do not hold', () => {
    const some = fc.nat({ max: 30 });
    fc.assert(
      fc.property(
        some,
        some,
        some,
        fc.option(some),
        fc.boolean(),
        (accepted, unknown, persisted, lost, drained) => {
          const [issued, notIssued, undecided] = split({
            told: { accepted, unknown },
            store: { accepted, persisted, lost, drained },
          });
          assert.equal((issued ?? 0) + (notIssued ?? 0) + (undecided ?? 0), unknown);
          assert.ok([issued, notIssued, undecided].every((part) => (part ?? -1) >= 0));
          assert.ok((issued ?? 0) <= persisted);
        },
      ),
    );
  });
});

describe('promises and rows as the clients saw them', () => {
  it('an accepted client without a row is lost, whatever the service says', () => {
    const parts = { told: { accepted: 90 }, store: { accepted: 80, persisted: 80, lost: 0 } };
    const integrity = integrityOf(parts);
    assert.deepEqual([integrity?.clients?.lostAtLeast, integrity?.lost], [10, 10]);
  });

  it('what was taken back is not owed, and the service’s own greater count stands', () => {
    const parts = { told: { accepted: 90 }, store: { accepted: 90, persisted: 85, lost: 3, revoked: 4 } };
    const integrity = integrityOf(parts);
    assert.deepEqual([integrity?.clients?.lostAtLeast, integrity?.lost], [1, 3]);
  });

  it('nothing is lost while rows may still come: by the store’s word, else by the offsets', () => {
    const parts = { told: { accepted: 90 }, store: { accepted: 90, persisted: 80 } };
    const lost = (store: Partial<IntegrityObservation>, isDrainSeen: boolean) =>
      integrityOf({ ...parts, store: { ...parts.store, ...store }, isDrainSeen })?.lost;
    assert.equal(lost({ drained: false }, true), null);
    assert.equal(lost({ drained: null }, false), null);
    assert.equal(lost({ drained: null }, true), 10);
  });

  it('rows beyond all accepted and unknown clients are phantoms', () => {
    const parts = {
      told: { accepted: 90, duplicate: 5, sold_out: 5, unknown: 3, failed: 0 },
      store: { accepted: 91, persisted: 95 },
    };
    const integrity = integrityOf(parts);
    assert.deepEqual([integrity?.clients?.phantomAtLeast, integrity?.phantom], [2, 2]);
  });

  it('a zero of the clients is no word of the store', () => {
    const parts = { told: { accepted: 90 }, store: { accepted: 90, persisted: 90 } };
    const integrity = integrityOf(parts);
    assert.deepEqual(
      [integrity?.clients?.phantomAtLeast, integrity?.phantom, integrity?.lost],
      [0, null, null],
    );
  });

  for (const [what, parts] of [
    ['others were accepted', { store: { accepted: 200, persisted: 200 } }],
    ['the service does not count what it accepts', { store: { accepted: null, persisted: 95 } }],
    [
      'coupons were on their way before',
      { store: { accepted: 90, persisted: 95 }, before: { drained: false } },
    ],
    [
      'it is not known what was on its way before',
      { store: { accepted: 90, persisted: 95 }, before: { drained: null, accepted: null } },
    ],
    [
      'k6 does not say how many iterations it cut short',
      { store: { accepted: 90, persisted: 95 }, interrupted: null },
    ],
    [
      'failures may be unknowns',
      { told: { accepted: 90, failed: 5 }, store: { accepted: 90, persisted: 95 } },
    ],
  ] as const) {
    it(`no phantom is claimed where ${what}`, () => {
      const integrity = integrityOf({ told: { accepted: 90 }, ...parts });
      assert.deepEqual([integrity?.clients?.phantomAtLeast, integrity?.phantom], [null, null]);
    });
  }
});
