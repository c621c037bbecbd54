import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withTables, type Outcome } from './performance-page.ts';

const outcome = (changes: Partial<Outcome>): Outcome => ({
  name: 'offsets',
  form: 'full',
  seed: 7,
  goals: [{ what: 'one sample: a | b', seen: '12 ms', target: '≤ 20 ms', isMet: true }],
  result: 'result: met 1 of 1',
  doubt: null,
  ...changes,
});
const goalOf = (seen: string): Pick<Outcome, 'goals'> => ({
  goals: [{ what: 'one sample', seen, target: '≤ 20 ms', isMet: true }],
});

describe('the page of figures', () => {
  it('gets a table for each bench, behind what people wrote', () => {
    const page = withTables('# Performance\n\nHow it is measured.\n', [
      outcome({}),
      outcome({ name: 'clock' }),
    ]);
    assert.match(page, /^# Performance\n\nHow it is measured\.\n\n<!-- bench offsets: full form -->/);
    assert.match(page, /\| met \| one sample: a \\\| b \| 12 ms \| ≤ 20 ms \|/);
    assert.match(page, /### `npm run -s bench:clock`/);
  });

  it('has a table replaced where it stands', () => {
    const before = withTables('# Performance\n', [outcome({}), outcome({ name: 'clock' })]);
    const after = withTables(`${before}\nThe end.\n`, [outcome(goalOf('13 ms'))]);
    assert.match(after, /13 ms[\s\S]*bench:clock[\s\S]*The end\.\n$/);
    assert.doesNotMatch(after.slice(0, after.indexOf('bench:clock')), /12 ms/);
  });

  it('keeps a full form from a short one, and figures that may be used from those that may not', () => {
    const page = withTables('# Performance\n', [outcome(goalOf('12 ms'))]);
    assert.equal(withTables(page, [outcome({ form: 'short', ...goalOf('99 ms') })]), page);
    assert.equal(withTables(page, [outcome({ doubt: 'the machine was busy', ...goalOf('99 ms') })]), page);
    const doubtful = withTables('# Performance\n', [outcome({ doubt: 'the machine was busy' })]);
    assert.match(doubtful, /\*\*Not to be used:\*\* the machine was busy/);
    assert.match(withTables(doubtful, [outcome(goalOf('13 ms'))]), /13 ms/);
  });

  it('says of a bench that broke off that it came to no result', () => {
    assert.match(withTables('', [outcome({ goals: [], result: null })]), /It came to no result\./);
  });
});
