import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readWhole, sampleRules, scanInPieces, type SamplesRead } from '../../../fixtures/scan-samples.ts';
import { readNdjsonSlowly } from './read-samples.ts';
import { SampleSink } from './sample-sink.ts';
import { NdjsonScanner } from './scan-ndjson.ts';

const scan = (bytes: Uint8Array, pieces: readonly number[]): SamplesRead =>
  scanInPieces((sink) => new NdjsonScanner(sink), bytes, pieces, '}');

/** By a scanner for each line, which knows of none before. */
const scanOneByOne = (bytes: Uint8Array): SamplesRead => {
  const sink = new SampleSink(sampleRules);
  let unreadable = 0;
  for (let from = 0; from < bytes.length;) {
    const lineEnd = bytes.indexOf(10, from);
    const end = lineEnd === -1 ? bytes.length : lineEnd + 1;
    const scanner = new NdjsonScanner(sink);
    scanner.push(bytes.subarray(from, end));
    scanner.end();
    unreadable += scanner.unreadable;
    from = end;
  }
  return { run: sink.finish(), unreadable };
};

const assertSame = async (text: string, pieces: readonly number[] = [1000]): Promise<SamplesRead> => {
  const bytes = Buffer.from(text);
  const fast = scan(bytes, pieces);
  const slow = await readWhole(readNdjsonSlowly, bytes);
  assert.deepEqual(fast.run, slow.run);
  // Of a metric that is not counted the scanner does not look at what would make its lines unreadable.
  if (text.includes('http_req_blocked')) assert.ok(fast.unreadable <= slow.unreadable);
  else assert.equal(fast.unreadable, slow.unreadable);
  return fast;
};

const metric = fc.constantFrom(
  'http_reqs',
  'http_req_duration',
  'http_req_failed',
  'http_req_waiting',
  'http_req_blocked',
  'checks',
  'iterations',
  'vus',
  'mine',
  '__proto__',
  'n\u00e4me',
);
const zone = fc.constantFrom('Z', '+09:00', '-03:30', '+00:00', '+9:00', '+24:00', '');
const two = fc.integer({ min: 0, max: 61 }).map((value) => String(value).padStart(2, '0'));
const time = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom('Z', '+09:00'))
      .map(([ms, end]) => new Date(1_773_466_013_000 + ms).toISOString().replace('Z', end)),
  },
  fc
    .tuple(two, two, two, two, fc.constantFrom('', '.', '.5', '.016085865', '.0169', '.123456789012'), zone)
    .map(
      ([day, hour, minute, second, fraction, end]) =>
        `2026-02-${day}T${hour}:${minute}:${second}${fraction}${end}`,
    ),
  fc.constantFrom('yesterday', '2026', '0026-02-03T04:05:06Z', '2026-03-14T24:00:00Z'),
);
const number = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-0',
    '17.201476',
    '0.004058',
    '3.7748660000000003',
    '1e21',
    '1E-7',
    '123456789012345678901234567890',
    '1e400',
    '-5.5',
    '01',
    '1.',
    '.5',
    '+1',
    '0.1e1',
    '"1"',
    'null',
    '9007199254740993',
    '0.30000000000000004',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
);
const text = fc.oneof(
  fc.constantFrom(
    '"peak"',
    '"read"',
    '"true"',
    '"false"',
    '""',
    '"\\u0070eak"',
    '"응답 성공"',
    '"a}}}b"',
    '"{"',
    '"\\"q\\""',
    '1',
    'null',
    '{"a":1}',
    '[]',
    '"tab\\t"',
    '"http://x/?a=1&b={}"',
  ),
  fc.string({ maxLength: 5 }).map((value) => JSON.stringify(value)),
);
const tag = fc.tuple(
  fc.constantFrom(
    '"scenario"',
    '"kind"',
    '"expected_response"',
    '"check"',
    '"group"',
    '"url"',
    '"__proto__"',
    '"sc\\u0065nario"',
    '"x"',
  ),
  text,
);
const tags = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .uniqueArray(tag, { maxLength: 5, selector: ([key]) => JSON.parse(key) as string })
      .map((all) => `{${all.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  },
  fc.constantFrom('null', '{ }', '{"scenario": "peak"}', '"peak"', '[1]', '{}'),
);
const plainLine = fc
  .tuple(metric, time, number, tags)
  .map(
    ([name, at, value, all]) =>
      `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all}}}`,
  );
const oddLine = fc
  .tuple(metric, time, number, tags, fc.integer({ min: 0, max: 12 }))
  .map(
    ([name, at, value, all, way]) =>
      [
        `{"type":"Point","data":{"time":"${at}","value":${value},"tags":${all}},"metric":"${name}"}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all},"metadata":{"trace_id":"1"}}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all}},"new":{"a":{}}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all},"value":2,"z":{"y":{}}}}`,
        `{ "metric" : "${name}" , "type":"Point","data":{"time":"${at}","value":${value},"tags":${all}}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value}}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value": ${value},"tags":${all}}} \r`,
        `{"metric":"${name}\\u0061","type":"Point","data":{"time":"${at}","value":${value},"tags":${all}}}`,
        `{"type":"Metric","data":{"name":"${name}","type":"trend","contains":"time","thresholds":["p(98)<1"],"submetrics":[{"name":"${name}{kind:read}"}]},"metric":"${name}"}`,
        `{"metric":"${name}","type":"Event","data":{"time":"${at}","value":${value},"tags":${all}}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all}}`,
        `{"metric":"${name}","type":"Point","data":{"time":"${at}","value":${value},"tags":${all}}}${' '.repeat(3)}`,
        '',
      ][way] ?? '',
  );

describe("the scanner of k6's lines", () => {
  it('comes to the same as JSON.parse, on lines as k6 writes them and on odd ones, however they are cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: plainLine }, oddLine), { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        async (lines, pieces, lineEnd) => {
          await assertSame(lines.join(lineEnd), pieces);
        },
      ),
    ));

  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.constantFrom(...Buffer.from('"}{\\:, \n\r019-.eZ\u007f'), 0, 0x80, 0xff),
    way: fc.constantFrom('instead', 'before', 'without'),
  });

  it('comes to the same on lines that it knows by those before, damaged ones among them', () =>
    fc.assert(
      fc.property(
        fc.array(plainLine, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 2, max: 6 }),
        fc.array(damage, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
        (lines, times, damages, pieces) => {
          const bytes = [...Buffer.from(`${lines.join('\n')}\n`.repeat(times))];
          for (const { at, byte, way } of damages)
            bytes.splice(
              Math.floor(at * bytes.length),
              way === 'before' ? 0 : 1,
              ...(way === 'without' ? [] : [byte]),
            );
          const text = Uint8Array.from(bytes);
          assert.deepEqual(scan(text, pieces), scanOneByOne(text));
        },
      ),
    ));

  it('goes on knowing lines behind a declaration that asks for other tags of them', async () => {
    const request = `{"metric":"http_req_waiting","type":"Point","data":{"time":"2026-03-14T05:26:53Z","value":1,"tags":{"kind":"read","scenario":"peak"}}}`;
    const declared = `{"type":"Metric","data":{"name":"http_req_waiting","type":"trend","contains":"time","thresholds":[],"submetrics":[{"name":"http_req_waiting{kind:read}"}]},"metric":"http_req_waiting"}`;
    const { run } = await assertSame(
      [declared, request, request, request, declared, request].join('\n'),
      [5000],
    );
    const part = run?.summary.metrics['http_req_waiting{kind:read}'];
    assert.ok(part?.type === 'trend' && part.values['max'] === 1);
  });

  const line = (value: string, tagText = '{"scenario":"peak"}'): string =>
    `{"metric":"iterations","type":"Point","data":{"time":"2026-03-14T05:26:53.016085865Z","value":${value},"tags":${tagText}}}`;

  it('reads a line that is cut at any byte as what is left of it', async () => {
    const whole = line('1', '{"url":"http://x/{}}}"}');
    for (let cut = 0; cut <= whole.length; cut += 1)
      await assertSame(`${line('2')}\n${whole.slice(0, cut)}\n${line('3')}`, [7]);
  });

  it('reads a line of 5 MB, and numbers as JSON.parse does', async () => {
    const long = line('1', `{"url":"${'x'.repeat(5_000_000)}"}`);
    const { run } = await assertSame([line('2'), long, line('0.1'), line('0.2')].join('\n'), [65_536]);
    assert.deepEqual(run?.summary.metrics['iterations'], {
      type: 'counter',
      count: 2 + 1 + 0.1 + 0.2,
      rate: null,
    });
  });

  it('passes over a line of 100 MB as one that it cannot read, without keeping it', () => {
    const sink = new SampleSink();
    const scanner = new NdjsonScanner(sink);
    const keptBytes = (): number => process.memoryUsage().arrayBuffers;
    const before = keptBytes();
    let most = 0;
    scanner.push(Buffer.from(`${line('2')}\n${line('1').slice(0, -3)},"url":"`));
    const part = Buffer.alloc(65_536, 'x');
    for (let pushed = 0; pushed < 100e6; pushed += part.length) {
      scanner.push(part);
      most = Math.max(most, keptBytes() - before);
    }
    scanner.push(Buffer.from(`"}}}\n${line('3')}\n`));
    scanner.end();
    assert.equal(scanner.unreadable, 1);
    const counted = sink.finish()?.summary.metrics['iterations'];
    assert.ok(counted?.type === 'counter' && counted.count === 5);
    assert.ok(most < 50e6, `${most} bytes`);
  });

  it('knows lines by their ends again after more of them than it has room for', async () => {
    const url = (index: number): string => `{"url":"http://x/${'y'.repeat(1000)}/${index % 1500}"}`;
    const lines = Array.from({ length: 3000 }, (_, index) => line('1', url(index)));
    const { run } = await assertSame(`${lines.join('\n')}\n`, [100_000]);
    const counted = run?.summary.metrics['iterations'];
    assert.ok(counted?.type === 'counter' && counted.count === 3000);
  });

  it('takes the short way for lines as k6 writes them', () => {
    const sink = new SampleSink();
    let parsed = 0;
    const { parse } = JSON;
    try {
      JSON.parse = (given: string) => {
        parsed += 1;
        return parse(given) as unknown;
      };
      const scanner = new NdjsonScanner(sink);
      const lines = [line('1'), line('17.201476', '{"group":"","scenario":"한글"}')];
      scanner.push(Buffer.from(`${lines.join('\n')}\n`));
      scanner.end();
    } finally {
      JSON.parse = parse;
    }
    assert.equal(parsed, 0);
    const counted = sink.finish()?.summary.metrics['iterations'];
    assert.ok(counted?.type === 'counter' && counted.count === 18.201476);
  });
});
