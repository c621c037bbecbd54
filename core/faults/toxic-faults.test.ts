import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownError } from '../errors.ts';
import { parseFaultExpression } from '../fault-expression.ts';
import { readSwitchValue } from './switch-value.ts';
import { readToxicFault } from './toxic-faults.ts';

const toxic = (text: string) => readToxicFault(parseFaultExpression(`pg.${text}@1s-2s`));

test('each fault of a proxy becomes the toxic of that name, with values in its units', () => {
  const expected: [text: string, type: string, attributes: Record<string, number>][] = [
    ['latency=200ms', 'latency', { latency: 200, jitter: 0 }],
    ['latency=1.5s±50ms', 'latency', { latency: 1500, jitter: 50 }],
    ['latency=200 +- 20', 'latency', { latency: 200, jitter: 20 }],
    ['timeout', 'timeout', { timeout: 0 }],
    ['timeout=3s', 'timeout', { timeout: 3000 }],
    ['reset_peer', 'reset_peer', { timeout: 0 }],
    ['bandwidth=64', 'bandwidth', { rate: 64 }],
    ['slow_close=2s', 'slow_close', { delay: 2000 }],
    ['slicer=16', 'slicer', { average_size: 16, size_variation: 0, delay: 0 }],
    ['limit_data=1000', 'limit_data', { bytes: 1000 }],
  ];
  for (const [text, type, attributes] of expected) {
    assert.deepEqual(toxic(text), { kind: 'toxic', type, attributes }, text);
  }
  assert.deepEqual(toxic('down'), { kind: 'down' });
});

/** Asserts the refusal, and that its caret stands below the place. */
const refused = (read: () => unknown, naming: RegExp, below: string): void => {
  assert.throws(read, (error: unknown) => {
    assert.ok(error instanceof KnownError && error.code === 'fault-invalid', String(error));
    assert.match(error.message, naming);
    const [, shown = '', caret = ''] = error.message.split('\n');
    assert.ok(shown.slice(caret.indexOf('^')).startsWith(below), error.message);
    return true;
  });
};

test('a fault or a value that a proxy cannot have is refused, with a caret below it', () => {
  const refusals: [text: string, naming: RegExp, below: string][] = [
    ['lag=200ms', /'lag', which is no fault of a proxy/, 'lag'],
    ['toString=1', /'toString', which is no fault/, 'toString'],
    ['latency', /a duration such as 200ms/, '1s'],
    ['latency=much', /a duration such as 200ms/, 'much'],
    ['latency=1s±', /a duration such as 200ms/, '1s±'],
    ['latency=1s±1s±1s', /a duration such as 200ms/, '1s±'],
    ['down=1', /no value/, '1@'],
    ['timeout=soon', /a duration/, 'soon'],
    ['bandwidth=0', /a whole number of KB\/s above 0/, '0@'],
    ['bandwidth=64kB', /a whole number of KB\/s/, '64kB'],
    ['slicer', /a whole number of bytes/, '1s'],
    ['slow_close', /a duration/, '1s'],
    ['limit_data=1.5', /a whole number of bytes/, '1.5'],
    ['down:upstream', /names a direction, but down cuts both/, ':upstream'],
  ];
  for (const [text, naming, below] of refusals) refused(() => toxic(text), naming, below);
});

const value = (text: string, unit: string, oneShot = false, limits: { min?: number; max?: number } = {}) =>
  readSwitchValue(parseFaultExpression(`records.x${text}@1s`), {
    name: 'x',
    unit,
    value: 0,
    oneShot,
    ...limits,
  });

test('the value of a switch is read in the unit that the switch has', () => {
  assert.equal(value('=200ms', 'ms'), 200);
  assert.equal(value('=2s', 'ms'), 2000);
  assert.equal(value('=15', 'ms'), 15);
  assert.equal(value('=0.8', 'ratio'), 0.8);
  assert.equal(value('=80%', 'ratio'), 0.8);
  assert.equal(value('=3', 'records', true), 3);
  assert.equal(value('', 'count', true), 1, 'a one-shot happens once where nothing else is said');
});

test('a value out of the range of a switch, or in another unit, is refused', () => {
  refused(() => value('', 'ms'), /a duration such as 200ms/, '1s');
  refused(() => value('=fast', 'ms'), /a duration such as 200ms/, 'fast');
  refused(() => value('=1.2', 'ratio'), /0 to 1/, '1.2');
  refused(() => value('=1.5', 'count'), /a whole number/, '1.5');
  refused(() => value('=2s', 'records'), /a number of records/, '2s');
  refused(() => value('=80%', 'records'), /a number of records/, '80%');
  refused(() => value('=11', 'records', true, { min: 1, max: 10 }), /1 to 10/, '11');
});
