import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { selectorsOf } from './promql-selectors.ts';

describe('selectorsOf', () => {
  for (const [expression, expected] of [
    ['up', ['up']],
    ['process_resident_memory_bytes{job="api"}', ['process_resident_memory_bytes{job="api"}']],
    ['rate(http_requests_total{code=~"5.."}[5m])', ['http_requests_total{code=~"5.."}']],
    ['a{b="c"} / ignoring(code) group_left(b) d', ['a{b="c"}', 'd']],
    ['sum by (pod, sum) (rate(x[1m] offset 5m)) > 3.5e-2', ['x']],
    ['histogram_quantile(0.99, sum(rate(h_bucket[1m])) by (le))', ['h_bucket']],
    ['label_replace(up, "dst", "$1{not}", "src", "(.*)")', ['up']],
    ['{__name__=~"job:.+", x="}"}', ['{__name__=~"job:.+", x="}"}']],
    ['job:requests:rate5m @ end()', ['job:requests:rate5m']],
    ['max_over_time(deriv(d[5m])[10m:1m])', ['d']],
    ['a and on(b) a unless c or vector(0)', ['a', 'c']],
    ['# the heap\nheap # in bytes', ['heap']],
    ['time() - 1h30m', []],
    ["count_values('version', build_info) + bool", ['build_info']],
    ['', []],
  ] as const) {
    it(`finds ${expected.join(' and ') || 'nothing'} in ${JSON.stringify(expression)}`, () =>
      assert.deepEqual(selectorsOf(expression), expected));
  }

  it('finds the selectors of whatever is put together from them', () => {
    const selector = fc
      .tuple(
        fc.stringMatching(/^m_[a-z]{1,6}$/),
        fc.option(fc.stringMatching(/^[a-z {}()"\\[\]#]{0,8}$/), { nil: undefined }),
      )
      .map(([metric, value]) => (value === undefined ? metric : `${metric}{l=${JSON.stringify(value)}}`));
    type Made = { readonly text: string; readonly selectors: readonly string[] };
    const { expression } = fc.letrec<{ expression: Made }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        selector.map((text): Made => ({ text, selectors: [text] })),
        selector.map((text): Made => ({ text: `rate(${text}[5m] offset 1m)`, selectors: [text] })),
        fc
          .tuple(fc.constantFrom('sum by (a, b) ', 'abs', 'topk without(le)', 'max'), tie('expression'))
          .map(([name, { text, selectors }]): Made => ({ text: `${name}(${text})`, selectors })),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom(' + ', ' / on (a) ', ' and ', '>bool ', ' or\n# or "what else {"\n'),
            tie('expression'),
          )
          .map(([left, operator, right]): Made => ({
            text: left.text + operator + right.text,
            selectors: [...left.selectors, ...right.selectors],
          })),
      ),
    }));
    fc.assert(
      fc.property(expression, ({ text, selectors }) =>
        assert.deepEqual(selectorsOf(text), [...new Set(selectors)]),
      ),
    );
  });

  it('ends for any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void selectorsOf(text)));
  });
});
