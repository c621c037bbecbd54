import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownError } from '../errors.ts';
import { runArguments, variableArguments } from './k6-arguments.ts';

const common = { script: 'peak.ts', variables: { A: '1' }, summaryPath: 's.json' };

test('turns the REST API off where it is on by default', () => {
  const one = runArguments({ ...common, k6Version: 'v1.8.1' });
  assert.deepEqual(one.slice(one.indexOf('--address'), one.indexOf('--address') + 2), ['--address', '']);
  assert.ok(!runArguments({ ...common, k6Version: '2.2.0' }).includes('--address'));
  assert.ok(!runArguments({ ...common, k6Version: null }).includes('--address'));
});

test('leaves k6 its own system tags unless told which are needed', () => {
  const given = { ...common, k6Version: null };
  assert.ok(!runArguments(given).includes('--system-tags'));
  const args = runArguments({ ...given, systemTags: ['check', 'group'] });
  assert.equal(args[args.indexOf('--system-tags') + 1], 'check,group');
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
