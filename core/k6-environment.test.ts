import assert from 'node:assert/strict';
import test from 'node:test';
import { k6Environment } from './k6-environment.ts';

test('k6 gets nothing of our environment but PATH and HOME', () => {
  const ours = { PATH: '/bin', HOME: '/h', AWS_SECRET_ACCESS_KEY: 'x', K6_VUS: '9', NODE_OPTIONS: '' };
  assert.deepEqual(k6Environment(ours, { K6_OWN: '1' }), { PATH: '/bin', HOME: '/h', K6_OWN: '1' });
});
