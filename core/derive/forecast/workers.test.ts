import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Assignment } from '../../record/run-record.ts';
import { workersAt } from './workers.ts';

const of = { group: 'issuer', topic: 'coupons' };
const assignment = (atMs: number, ...held: number[][]): Assignment => ({
  ...of,
  atMs,
  members: held.map((partitions, index) => ({ member: `m${index}`, partitions })),
});

describe('workersAt', () => {
  it('goes by the last assignment that had been seen', () => {
    const assignments = [assignment(0, [0, 1]), assignment(9000, [0], [1])];
    const [before, after] = [workersAt(assignments, of, 8999), workersAt(assignments, of, 9000)];
    assert.equal(before?.(0), before?.(1));
    assert.notEqual(after?.(0), after?.(1));
  });

  it('knows nothing before the first one, or of another group', () => {
    assert.equal(workersAt([assignment(5, [0])], of, 4), undefined);
    assert.equal(workersAt([assignment(5, [0])], { ...of, group: 'mailer' }, 9), undefined);
  });

  it('gives a partition that nobody held a worker of its own', () => {
    const workerOf = workersAt([assignment(0, [0])], of, 1);
    assert.notEqual(workerOf?.(7), workerOf?.(8));
  });
});
