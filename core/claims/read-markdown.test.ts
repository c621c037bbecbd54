import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readMarkdown } from './read-markdown.ts';

const passages = (markdown: string): (readonly [line: number, ...cells: string[]])[] =>
  readMarkdown(markdown).passages.map(({ line, cells }) => [line, ...cells.map(({ text }) => text)]);

describe('what a document says, and where', () => {
  it('is its sentences, line by line of the source', () => {
    assert.deepEqual(passages('# T\n\nOne is 1.5 s. Two\nis 2 s.\n\nThree, e.g. 3.\n'), [
      [3, 'One is 1.5 s.'],
      [3, 'Two is 2 s.'],
      [6, 'Three, e.g. 3.'],
    ]);
  });

  it('is the rows of its tables, with the heads of their columns', () => {
    const { passages: rows } = readMarkdown(
      'x\n\n| 항목 | 값 |\n| --- | --- |\n| **p95** | `5ms` |\n| a \\| b | 2 |\n',
    );
    assert.deepEqual(
      rows.slice(1).map(({ line, cells }) => [line, cells]),
      [
        [
          5,
          [
            { column: '항목', text: 'p95' },
            { column: '값', text: '5ms' },
          ],
        ],
        [
          6,
          [
            { column: '항목', text: 'a | b' },
            { column: '값', text: '2' },
          ],
        ],
      ],
    );
  });

  it('is its list items, each below those around it', () => {
    const { passages: items } = readMarkdown(
      '- Kafka\n    - Consume\n        - 약 15분\n    - Produce\n\n1. 끝',
    );
    assert.deepEqual(
      items.map(({ line, context, cells }) => [line, context, cells[0]?.text]),
      [
        [1, [], 'Kafka'],
        [2, ['Kafka'], 'Consume'],
        [3, ['Kafka', 'Consume'], '약 15분'],
        [4, ['Kafka'], 'Produce'],
        [6, [], '끝'],
      ],
    );
  });

  it('knows the headings above, and leaves code and pictures out', () => {
    const { passages: found, codeBlocks } = readMarkdown(
      '# A\n## B\n```\ncode 1 s\n```\n![p95 5ms](x.png)\n### C\nc\n## D\nd ~~9ms~~ 3분~5분 &lt; 2\n',
    );
    assert.deepEqual(
      found
        .filter(({ cells }) => cells[0]?.text !== '')
        .map(({ headings, cells }) => [headings, cells[0]?.text]),
      [
        [['A', 'B', 'C'], 'c'],
        [['A', 'D'], 'd 3분~5분 < 2'],
      ],
    );
    assert.deepEqual(codeBlocks, [{ line: 3, headings: ['A', 'B'], text: 'code 1 s' }]);
  });

  it('is the same with the line ends of Windows', () => {
    const text = '# A\n\n- x\n  - 1 s\n\n| a | b |\n|-|-|\n| c | 2 s |\n';
    assert.deepEqual(readMarkdown(text.replaceAll('\n', '\r\n')), readMarkdown(text));
  });

  it('stands on the line it names, whatever the document', () => {
    const block = fc.constantFrom(
      '# h',
      'word',
      '- item',
      '    - deep',
      '| a | b |\n|-|-|\n| WORD | 2 |',
      '```\ncode\n```',
      '> quote',
      '1. one',
      '',
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (parts) => {
        const text = parts
          .map((part, index) =>
            part.replaceAll(/word|item|deep|WORD|quote|one/g, (word) => `${word}${index}`),
          )
          .join('\n\n');
        const lines = text.split('\n');
        for (const { line, cells } of readMarkdown(text).passages)
          for (const { text: cell } of cells)
            for (const word of cell.match(/[a-zA-Z]+\d+/g) ?? [])
              assert.ok(
                lines[line - 1]?.includes(word),
                `${word} is not on line ${line} of ${JSON.stringify(text)}`,
              );
      }),
    );
  });
});
