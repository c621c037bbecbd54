import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readWhole, scanInPieces, type SamplesRead } from '../../../fixtures/scan-samples.ts';
import { readCsvSlowly } from './read-samples.ts';
import { CsvScanner } from './scan-csv.ts';

const scan = (bytes: Uint8Array, pieces: readonly number[]): SamplesRead =>
  scanInPieces((sink) => new CsvScanner(sink), bytes, pieces, ',');

const assertSame = async (bytes: Uint8Array, pieces: readonly number[] = [1000]): Promise<SamplesRead> => {
  const fast = scan(bytes, pieces);
  assert.deepEqual(fast, await readWhole(readCsvSlowly, bytes));
  return fast;
};

const usual = 'metric_name,timestamp,metric_value,check,expected_response,group,scenario,extra_tags,metadata';
const header = fc.oneof(
  { weight: 8, arbitrary: fc.constant(usual) },
  fc.constantFrom(
    `\uFEFF${usual}`,
    'timestamp,metric_name,metric_value,check,expected_response,group,scenario,extra_tags,metadata',
    'metric_name,timestamp,metric_value,kind',
    'a,b,c',
  ),
);
const metric = fc.oneof(
  fc.constantFrom(
    'http_reqs',
    'http_req_duration',
    'http_req_failed',
    'http_req_waiting',
    'http_req_blocked',
  ),
  fc.constantFrom('checks', 'vus', 'mine', '__proto__', '"checks"', 'n\u00e4me', ''),
);
const time = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('1773466013', '1773466014') },
  fc.constantFrom('1773466013250', '2026-03-14T14:26:53.250+09:00', 'now', '17734660130', ' 1773466013'),
);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1e4, noNaN: true }).map((given) => given.toFixed(6)) },
  fc.double({ noNaN: true }).map(String),
  fc.constantFrom(
    '1.000000',
    '0',
    '-0',
    '01',
    '0x10',
    '1e3',
    '1.',
    '1 ',
    '"1"',
    '',
    '1_0',
    '123456789.12345678',
  ),
);
const check = fc.constantFrom(
  '',
  '응답 성공',
  '"a, b"',
  '"say ""ok"""',
  '"two\nlines"',
  '"open',
  'a"b',
  '"a"b',
);
const extra = fc.constantFrom('', 'kind=read', 'kind=read&q=a%26b', 'kind=a&kind=b', '__proto__=x', '%zz');
const line = fc
  .tuple(metric, time, value, check, fc.constantFrom('', 'true', 'false'), fc.constantFrom('', 'peak'), extra)
  .map(
    ([name, at, written, named, expected, scenario, more]) =>
      `${name},${at},${written},${named},${expected},,${scenario},${more},`,
  );
const odd = fc.constantFrom('', 'checks,1773466013', ',,,,,,,,', 'text', '"');

describe("the scanner of k6's CSV", () => {
  it('comes to the same as reading by columns, however the lines are cut', () =>
    fc.assert(
      fc.asyncProperty(
        header,
        fc.array(fc.oneof({ weight: 8, arbitrary: line }, odd), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (first, lines, times, lineEnd, pieces) => {
          const all = Array.from({ length: times }, () => lines).flat();
          await assertSame(Buffer.from([first, ...all].join(lineEnd)), pieces);
        },
      ),
    ));

  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.constantFrom(...Buffer.from('",\n\r019-.e x'), 0, 0x80, 0xff),
    way: fc.constantFrom('instead', 'before', 'without'),
  });

  it('comes to the same on lines that it knows by those before, with other values, damaged ones among them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.array(value, { minLength: 2, maxLength: 6 }),
        fc.array(damage, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
        async (lines, values, damages, pieces) => {
          const body = values
            .flatMap((given) => lines.map((each) => each.replace(/^([^,]*,[^,]*,)[^,]*/, `$1${given}`)))
            .join('\n');
          const bytes = [...Buffer.from(body)];
          for (const { at, byte, way } of damages)
            bytes.splice(
              Math.floor(at * bytes.length),
              way === 'before' ? 0 : 1,
              ...(way === 'without' ? [] : [byte]),
            );
          await assertSame(Buffer.concat([Buffer.from(`${usual}\n`), Uint8Array.from(bytes)]), pieces);
        },
      ),
    ));

  it('knows lines by their ends again after more of them than it has room for', async () => {
    const row = (index: number): string =>
      `http_reqs,1773466013,1.000000,,,${'y'.repeat(1000)}${index % 1500},peak,,`;
    const lines = Array.from({ length: 3000 }, (_, index) => row(index));
    const { run } = await assertSame(Buffer.from(`${usual}\n${lines.join('\n')}\n`), [100_000]);
    const counted = run?.summary.metrics['http_reqs'];
    assert.ok(counted?.type === 'counter' && counted.count === 3000);
  });

  it('passes over a line of 20 MB, and reads nothing behind a header of that length', async () => {
    const good = 'http_reqs,1773466013,1.000000,,,,peak,,\n';
    const long = `http_reqs,1773466013,1.000000,${'x'.repeat(20_000_000)},,,peak,,\n`;
    const { run, unreadable } = await assertSame(Buffer.from(`${usual}\n${good}${long}${good}`), [65_536]);
    assert.equal(unreadable, 1);
    const counted = run?.summary.metrics['http_reqs'];
    assert.ok(counted?.type === 'counter' && counted.count === 2);
    assert.equal(scan(Buffer.from(`${long}${usual}\n${good}`), [65_536]).run, undefined);
  });
});
