import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, it } from 'node:test';
import { baseWords, importTable, kafkajsFiles } from './architecture-table.ts';

const root = join(import.meta.dirname, '..');
const files = globSync(
  '{cli,core,reporters,reference-service,scenarios,fixtures,bench,scripts,deploy}/**/*.{ts,mjs}',
  { cwd: root },
)
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !file.includes('node_modules/'))
  .sort();

type Import = { readonly file: string; readonly from: string };

/** `import … from`, `export … from`, and `import(…)`, also those of types. */
const importsOf = (file: string): Import[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'/gm);
  const calls = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [...statements, ...calls].map(([, from, bare]) => ({
    file,
    from: from ?? bare ?? '',
  }));
};
const imports = files.flatMap(importsOf);
const isRelative = ({ from }: Import): boolean => from.startsWith('.');
const targetOf = ({ file, from }: Import): string => posix.join(posix.dirname(file), from);
const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** The part of the table that a file belongs to. */
const partOf = (file: string): string => {
  const [top = '', second = ''] = file.split('/');
  if (top !== 'core') return top;
  const word = /^core\/([a-z0-9-]+)(?:\.test)?\.ts$/.exec(file)?.[1];
  if (word === undefined) return `core/${second}`;
  return baseWords.some((each) => each === word) ? 'base' : `core/${word}.ts`;
};

const mayImport = (file: string, target: string): boolean => {
  const [from, to] = [partOf(file), partOf(target)];
  if (from === to) return true;
  const allowed = importTable[from] ?? [];
  const isAllowed = allowed.includes(to) || (to.startsWith('core/') && allowed.includes('core/*'));
  if (!isTest(file)) return isAllowed;
  // A test may use what the part it stands in may, and fixtures; one beside the top of core all of core.
  const isTopOfCore = /^core\/[^/]+$/.test(file) && (to === 'base' || to.startsWith('core/'));
  // What k6 runs has no tests that Node could give a server to.
  return isAllowed || isTopOfCore || (to === 'fixtures' && from !== 'scenarios');
};

describe('the import table', () => {
  it('is held by every file', () => {
    const broken = imports
      .filter(isRelative)
      .filter((each) => !mayImport(each.file, targetOf(each)))
      .map((each) => `${each.file} imports ${targetOf(each)}`);
    assert.deepEqual(broken, []);
  });

  it('has a row for every part, and no row for what is not there', () => {
    const parts = new Set(files.filter((file) => !isTest(file)).map(partOf));
    const withoutRow = [...parts].filter(
      (part) => importTable[part] === undefined && part !== 'core/architecture-table.ts',
    );
    assert.deepEqual(withoutRow, []);
    const words = files.map((file) => /^core\/([a-z0-9-]+)\.ts$/.exec(file)?.[1]);
    assert.deepEqual(
      baseWords.filter((word) => !words.includes(word)),
      [],
    );
  });

  it('goes one way', () => {
    const parts = Object.keys(importTable);
    for (const [index, part] of parts.entries()) {
      const later = (importTable[part] ?? []).filter((other) => parts.indexOf(other) > index);
      assert.deepEqual(later, [], part);
    }
  });
});

describe('imports', () => {
  it('form no cycle, of types neither', () => {
    const graph = Map.groupBy(imports.filter(isRelative), ({ file }) => file);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) assert.fail([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file)) return;
      for (const each of graph.get(file) ?? []) visit(targetOf(each), [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('end in a file that is there, with its extension', () => {
    const missing = imports.filter(
      (each) => isRelative(each) && /\.(ts|mjs)$/.test(each.from) && !files.includes(targetOf(each)),
    );
    assert.deepEqual(missing, []);
    assert.deepEqual(
      imports.filter((each) => isRelative(each) && !/\.(ts|mjs|json)$/.test(each.from)),
      [],
    );
  });

  it('of Ink and React stand with the screen of the command line', () => {
    const importers = imports.filter(({ from }) => from === 'ink' || from === 'react');
    assert.ok(importers.length > 0);
    assert.deepEqual(
      importers.filter(({ file }) => !file.startsWith('cli/screen/')),
      [],
    );
  });

  it('of kafkajs stand behind one file each', () => {
    const importers = new Set(
      imports
        .filter(({ file, from }) => /^kafkajs($|\/)/.test(from) && !file.endsWith('.d.ts'))
        .map(({ file }) => file),
    );
    assert.deepEqual([...importers].sort(), [...kafkajsFiles]);
  });

  it('are found at all', () => {
    assert.ok(imports.length > 300);
    assert.ok(imports.some(({ file, from }) => file === 'core/evaluate.ts' && from === './rules/index.ts'));
  });
});
