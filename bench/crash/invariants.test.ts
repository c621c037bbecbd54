import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Told } from './clients.ts';
import { brokenIn, countViolations, type Aftermath, type Violation } from './invariants.ts';

const promised = (issueId: string): Told => ({ promise: { issueId }, hasUnknown: false, refusals: 0 });
const refused: Told = { promise: undefined, hasUnknown: false, refusals: 1 };
const unknown: Told = { promise: undefined, hasUnknown: true, refusals: 0 };
const row = (user: string, serial: number) => ({ issueId: `id-${user}`, userId: user, serial });

const sound: Aftermath = {
  stock: 3,
  told: new Map([
    ['a', promised('id-a')],
    ['b', promised('id-b')],
    ['c', unknown],
    ['d', refused],
    ['e', unknown],
  ]),
  rows: [row('a', 1), row('b', 2), row('c', 3)],
  ledger: [row('a', 1), row('b', 2), row('c', 3)],
  unrelayed: 0,
  uncommitted: 0,
  isSoldOut: true,
};

const found = (change: Partial<Aftermath>): string[] =>
  brokenIn(countViolations({ ...sound, ...change })).map((text) => text.split(' ')[0] ?? '');

describe('the invariants after a crash', () => {
  it('hold where the promised have rows, the refused none, and the unknown may have one', () => {
    assert.deepEqual(found({}), []);
  });

  const cases: [what: string, change: Partial<Aftermath>, expected: Violation[]][] = [
    [
      'a promise without a row',
      { rows: sound.rows.slice(1), ledger: sound.ledger.slice(1) },
      ['lost', 'under-issued'],
    ],
    [
      'two rows of one user',
      { stock: 4, rows: [...sound.rows, { issueId: 'other', userId: 'a', serial: 4 }] },
      ['duplicate', 'ledger-differs'],
    ],
    ['more rows than coupons', { stock: 2 }, ['oversold', 'serial']],
    [
      'a row of a user who was refused',
      { stock: 4, rows: [...sound.rows, row('d', 4)], ledger: [...sound.ledger, row('d', 4)] },
      ['phantom'],
    ],
    [
      'a row of somebody who never asked',
      { stock: 4, rows: [...sound.rows, row('x', 4)], ledger: [...sound.ledger, row('x', 4)] },
      ['phantom'],
    ],
    [
      'one serial twice',
      { rows: [row('a', 1), row('b', 1), row('c', 3)], ledger: [row('a', 1), row('b', 1), row('c', 3)] },
      ['serial'],
    ],
    ['a ledger entry without a row', { ledger: [...sound.ledger, row('e', 4)] }, ['ledger-differs']],
    ['a record nobody consumed', { uncommitted: 1 }, ['not-quiet']],
  ];
  for (const [what, change, expected] of cases) {
    it(`do not hold with ${what}`, () => assert.deepEqual(found(change), expected));
  }
});
