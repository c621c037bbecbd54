import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { configSchema } from '../cli/config/config-schema.ts';
import { ko } from '../cli/help/ko.ts';
import { baseWords, importTable } from '../core/architecture-table.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { toxicKinds } from '../core/faults/toxic-faults.ts';
import { laglineMetrics } from '../core/metric-table.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'deploy/*.md'], { cwd: root }).sort();

/** Cells of the Markdown table whose head has these cells; without the head. */
const tableOf = (path: string, head: readonly string[]): string[][] => {
  const lines = read(path)
    .split('\n')
    .map((line) => (line.startsWith('|') ? cellsOf(line) : undefined));
  const at = lines.findIndex((cells) => cells !== undefined && head.every((cell, i) => cells[i] === cell));
  assert.notEqual(at, -1, `${path} has no table with the head ${head.join(', ')}`);
  const after = lines.slice(at + 2);
  const end = after.indexOf(undefined);
  return after.slice(0, end).filter((cells) => cells !== undefined);
};

const cellsOf = (line: string): string[] =>
  line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

describe('the exit codes', () => {
  it('of README.en.md are those of the code', () => {
    const table = exitCodes.map(({ code, meaning }) => [String(code), meaning]);
    assert.deepEqual(tableOf('README.en.md', ['Code', 'Meaning']), table);
  });

  it('of README.md are those of the Korean help', () => {
    const table = exitCodes.map(({ code }) => [String(code), ko.exitCodes[code]]);
    assert.deepEqual(tableOf('README.md', ['코드', '뜻']), table);
  });
});

describe('the metrics', () => {
  const expected = Object.entries(laglineMetrics).map(([name, { type, unit }]) => [
    `\`${name}\``,
    type,
    unit,
  ]);
  for (const [path, head] of [
    ['README.md', '지표'],
    ['README.en.md', 'Metric'],
  ] as const) {
    it(`of ${path} are those of the code, with type and unit`, () => {
      const rows = tableOf(path, [head]).map(([name, , type, unit]) => [name, type, unit]);
      assert.deepEqual(rows, expected);
    });
  }
});

describe('the config keys', () => {
  for (const [path, head] of [
    ['docs/config.md', '키'],
    ['docs/config.en.md', 'Key'],
  ] as const) {
    it(`of ${path} are those of the schema`, () => {
      const named = tableOf(path, [head]).map(([key = '']) => key.replace(/^`([^.`]*).*$/, '$1'));
      const known = Object.keys(configSchema.shape).filter((key) => key !== '$schema');
      assert.deepEqual(new Set(named), new Set(known));
    });
  }
});

describe('the faults of a proxy', () => {
  for (const [path, head] of [
    ['docs/faults.md', '장애'],
    ['docs/faults.en.md', 'Fault'],
  ] as const) {
    it(`of ${path} are those of the code`, () => {
      const named = tableOf(path, [head]).map(([kind]) => kind);
      assert.deepEqual(
        named,
        toxicKinds.map((kind) => `\`${kind}\``),
      );
    });
  }
});

describe('the import table', () => {
  it('of ARCHITECTURE.md is the one the code is held to', () => {
    const rows = tableOf('ARCHITECTURE.md', ['from', 'may import']);
    assert.deepEqual(
      rows.map(([from, to = '']) => [from, to === '–' ? [] : to.split(', ')]),
      Object.entries(importTable),
    );
  });

  it('of ARCHITECTURE.md names every base word', () => {
    const sentence = /`base` is the words[^:]*: ([^.]*)\./.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
    assert.deepEqual(
      [...sentence.matchAll(/`([^`]+)`/g)].map(([, word]) => word),
      [...baseWords],
    );
  });
});

describe('every page', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  for (const path of pages) {
    it(`${path} names only npm scripts that exist`, () => {
      const named = [...read(path).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? '');
      assert.deepEqual(
        named.filter((name) => scripts[name] === undefined),
        [],
      );
    });

    it(`${path} has only relative links that lead somewhere`, () => {
      const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
      const relative = links.filter((link) => !/^([a-z]+:|#)/.test(link));
      assert.deepEqual(
        relative.filter((link) => !existsSync(join(root, dirname(path), link.replace(/#.*$/, '')))),
        [],
      );
    });

    it(`${path} names only files of this project that exist`, () => {
      const named = [
        ...read(path).matchAll(
          /`((?:core|cli|reporters|scenarios|scripts|fixtures|reference-service|deploy)\/[\w./-]+\.(?:ts|mjs|md))`/g,
        ),
      ].map(([, file]) => file ?? '');
      assert.deepEqual(
        named.filter((file) => !existsSync(join(root, file))),
        [],
      );
    });
  }

  it('is found at all', () => {
    assert.ok(pages.includes('README.md') && pages.some((path) => path.startsWith('docs/decisions/')));
  });
});
