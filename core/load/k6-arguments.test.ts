import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownError } from '../errors.ts';
import { k6Environment, runArguments, variableArguments } from './k6-arguments.ts';

const common = { script: 'peak.ts', variables: { A: '1' }, summaryPath: 's.json' };

test('turns the REST API off where it is on by default', () => {
  const one = runArguments({ ...common, k6Version: 'v1.8.1' });
  assert.deepEqual(one.slice(one.indexOf('--address'), one.indexOf('--address') + 2), ['--address', '']);
  assert.ok(!runArguments({ ...common, k6Version: '2.2.0' }).includes('--address'));
  assert.ok(!runArguments({ ...common, k6Version: null }).includes('--address'));
});

test('k6 gets nothing of our environment but PATH and HOME', () => {
  const ours = { PATH: '/bin', HOME: '/h', AWS_SECRET_ACCESS_KEY: 'x', K6_VUS: '9', NODE_OPTIONS: '' };
  assert.deepEqual(k6Environment(ours, { K6_OWN: '1' }), { PATH: '/bin', HOME: '/h', K6_OWN: '1' });
});

test('passes variables as they are, and refuses a name that k6 would misread', () => {
  assert.deepEqual(variableArguments({ URL: 'http://h/?a=b c' }), ['-e', 'URL=http://h/?a=b c']);
  for (const name of ['', '1A', 'A=B', 'A B']) {
    assert.throws(
      () => variableArguments({ [name]: 'x' }),
      (error) => error instanceof KnownError && error.code === 'usage',
    );
  }
});
