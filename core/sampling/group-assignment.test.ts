import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupDescription } from '../kafka/read-groups.ts';
import { createAssignmentWatch, type AssignmentWatch } from './group-assignment.ts';

const group = (held: Readonly<Record<string, readonly number[]>>): GroupDescription => ({
  protocol: 'classic',
  state: 'Stable',
  members: Object.entries(held).map(([memberId, partitions]) => ({
    memberId,
    clientId: 'app',
    host: '/127.0.0.1',
    assigned: partitions.map((partition) => ({ topic: 'coupons', partition })),
  })),
});

type Look = (atMs: number, groups: Parameters<AssignmentWatch>[1]) => ReturnType<AssignmentWatch>;

const watch = (): Look => {
  const look = createAssignmentWatch();
  return (atMs, groups) => look(atMs, groups, [{ group: 'issuer', topics: ['coupons'] }]);
};
const issuer = (held: Readonly<Record<string, readonly number[]>>) => new Map([['issuer', group(held)]]);

describe('createAssignmentWatch', () => {
  it('tells who holds what, in one order whatever that of the answer', () => {
    assert.deepEqual(watch()(7, issuer({ b: [2, 0], a: [1] })), [
      {
        kind: 'assignment',
        group: 'issuer',
        topic: 'coupons',
        atMs: 7,
        members: [
          { member: 'a', partitions: [1] },
          { member: 'b', partitions: [0, 2] },
        ],
      },
    ]);
  });

  it('tells only of changes', () => {
    const look = watch();
    assert.equal(look(0, issuer({ a: [0] })).length, 1);
    assert.equal(look(5000, issuer({ a: [0] })).length, 0);
    assert.equal(look(10_000, issuer({ a: [0], b: [1] })).length, 1);
  });

  it('tells nothing of a group without members, or that cannot be described', () => {
    const look = watch();
    assert.deepEqual(look(0, issuer({})), []);
    assert.deepEqual(look(5000, new Map([['issuer', { reason: 'GROUP_AUTHORIZATION_FAILED' }]])), []);
    assert.deepEqual(look(10_000, new Map()), []);
  });
});
