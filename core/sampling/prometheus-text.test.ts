import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePrometheusText } from './prometheus-text.ts';

describe('parsePrometheusText', () => {
  it('reads names, labels, values and declared types', () => {
    const text = [
      '# HELP coupon_issued_total Rows persisted.',
      '# TYPE coupon_issued_total counter',
      'coupon_issued_total{event="demo",path="a\\"b\\\\c\\nd"} 12 1700000000000',
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="+Inf"} 3',
      'up 1',
    ].join('\n');
    assert.deepEqual(parsePrometheusText(text), [
      {
        name: 'coupon_issued_total',
        labels: { event: 'demo', path: 'a"b\\c\nd' },
        value: 12,
        type: 'counter',
      },
      { name: 'wait_seconds_bucket', labels: { le: '+Inf' }, value: 3, type: 'histogram' },
      { name: 'up', labels: {}, value: 1, type: 'untyped' },
    ]);
  });

  it('leaves out NaN, infinities and lines that are no samples', () => {
    assert.deepEqual(parsePrometheusText('a NaN\nb +Inf\n<html>\nc{d=} 1\ne{f="g" 1\n'), []);
  });

  it('reads back any label value that was escaped as the format says', () => {
    const escape = (value: string) =>
      value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (label, value) => {
          fc.pre(!label.includes('\r'));
          const [sample] = parsePrometheusText(`m{a="${escape(label)}"} ${value}`);
          assert.equal(sample?.labels['a'], label);
          assert.ok(sample?.value === value);
        },
      ),
    );
  });

  it('never throws on arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePrometheusText(text)));
  });
});
