import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KnownError } from './errors.ts';
import { parseFaultExpression } from './fault-expression.ts';

test('a fault has a target, a kind, a value and a stretch of the load', () => {
  const { at: _, ...fault } = parseFaultExpression('postgres.latency=200ms@20s-1m');
  assert.deepEqual(fault, {
    text: 'postgres.latency=200ms@20s-1m',
    label: 'postgres.latency=200ms',
    name: 'postgres.latency',
    target: 'postgres',
    kind: 'latency',
    stream: undefined,
    value: '200ms',
    fromMs: 20_000,
    toMs: 60_000,
  });
});

test('value, stream and end may be left out; a target may hold dots; times may be 0 or bare ms', () => {
  const read = (text: string) => {
    const { target, kind, stream, value, fromMs, toMs } = parseFaultExpression(text);
    return [target, kind, stream, value, fromMs, toMs];
  };
  assert.deepEqual(read('redis.down@0s-5s'), ['redis', 'down', undefined, undefined, 0, 5000]);
  assert.deepEqual(read('consumer.crash@1500'), ['consumer', 'crash', undefined, undefined, 1500, undefined]);
  assert.deepEqual(read('a.b.timeout:upstream@1m30s'), [
    'a.b',
    'timeout',
    'upstream',
    undefined,
    90_000,
    undefined,
  ]);
  assert.deepEqual(read('kafka.latency=200ms±50ms@1s-2s'), [
    'kafka',
    'latency',
    undefined,
    '200ms±50ms',
    1000,
    2000,
  ]);
});

const refusals: readonly (readonly [text: string, place: number, expected: RegExp])[] = [
  ['', 0, /a target and a fault/],
  ['postgres@20s', 0, /a target and a fault/],
  ['.latency=1s@1s', 0, /a target and a fault/],
  ['postgres.=200ms@20s', 9, /the name of a fault/],
  ['postgres.latency:sideways=1s@1s', 17, /'upstream' or 'downstream'/],
  ['postgres.latency=@20s', 17, /a value/],
  ['postgres.latency=200ms', 22, /'@' and a time/],
  ['postgres.latency', 16, /'=' and a value, or '@' and a time/],
  ['postgres.latency 200ms@1s', 16, /'=' and a value, or '@' and a time/],
  ['postgres.latency=200ms@soon', 23, /a time such as 20s/],
  ['postgres.latency=200ms@20s-', 27, /the time of its end such as 20s/],
  ['postgres.latency=200ms@20s..60s', 26, /'-' and the time of its end/],
  ['postgres.latency=200ms@20s-60s later', 30, /nothing more/],
  ['postgres.latency=200ms@60s-20s', 27, /an end behind the beginning/],
  ['포스트그레스.latency@', 15, /a time/],
];

for (const [text, place, expected] of refusals) {
  test(`'${text}' is refused, with a caret below the place`, () => {
    assert.throws(
      () => parseFaultExpression(text),
      (error: unknown) => {
        assert.ok(error instanceof KnownError);
        assert.equal(error.code, 'fault-invalid');
        assert.match(error.message, expected);
        assert.equal(error.facts['column'], place + 1);
        const [, shown, caret] = error.message.split('\n');
        assert.equal(shown, `  ${text}`);
        const wide = text.slice(0, place).match(/[가-힣]/g)?.length ?? 0;
        assert.equal(caret, `  ${' '.repeat(place + wide)}^`);
        assert.match(error.remedy ?? '', /postgres\.latency=200ms@20s-60s/);
        return true;
      },
    );
  });
}

test('any text is either a fault whose label and times are parts of it, or refused as a KnownError', () => {
  const piece = fc.oneof(
    fc.constantFrom('.', '=', '@', '-', ':', '20s', '1m30s', 'latency', 'down', 'upstream', '±', ' '),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const text = pieces.join('');
      try {
        const fault = parseFaultExpression(text);
        assert.ok(text.startsWith(`${fault.label}@`));
        assert.ok(fault.label.startsWith(fault.name));
        assert.ok(fault.toMs === undefined || fault.toMs > fault.fromMs);
      } catch (error) {
        assert.ok(error instanceof KnownError && error.code === 'fault-invalid', String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
