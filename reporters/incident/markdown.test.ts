import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fence, table } from './block.ts';
import { codeInTable, codeSpan, escapeText, renderMarkdown } from './markdown.ts';

test('text from outside cannot become a link, a tag, a heading, a list or a table cell', () => {
  assert.equal(escapeText('[a](http://x.y)'), String.raw`\[a\](http&#58;//x.y)`);
  assert.equal(escapeText('<img src=x>'), '&lt;img src=x&gt;');
  assert.equal(escapeText('# big'), String.raw`\# big`);
  assert.equal(escapeText('1. one'), String.raw`1\. one`);
  assert.equal(escapeText('0.1.0'), '0.1.0');
  assert.equal(escapeText('a | b\n| c'), String.raw`a \| b \| c`);
});

test('escapes of terminals and marks that turn text around are taken out', () => {
  assert.equal(escapeText('\u001B[31mred\u001B[0m \u202Eevil\u202C \u0007'), 'red evil');
});

test('a code span holds any text in one line, backticks and pipes included', () => {
  assert.equal(codeSpan('a`b``c'), '```a`b``c```');
  assert.equal(codeSpan('`x`'), '`` `x` ``');
  assert.equal(codeInTable('a|b'), String.raw`${'`'}a\|b${'`'}`);
  assert.equal(codeSpan(' \n '), '');
});

test('a fence is longer than any run of backticks inside', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('`', '``', 'a', '\n')).map((parts) => parts.join('')),
      (body) => {
        const [first = ''] = renderMarkdown(fence('', body)).split('\n');
        assert.ok(!body.includes(first));
      },
    ),
  );
});

test('a cell made of any text leaves the table with its columns', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const row = renderMarkdown(table(['a', 'b'], [[escapeText(text), codeInTable(text)]])).split('\n');
      assert.equal(row.length, 3);
      assert.equal((row[2] ?? '').replaceAll(/\\./g, '').split('|').length, 4);
    }),
  );
});
