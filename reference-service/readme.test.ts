import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SETTING_NAMES } from './config.ts';
import { FAULTS } from './faults/switches.ts';
import { openApiDocument } from './openapi-document.ts';
import { operationsOf } from './testing/openapi.ts';
import type { OpenApi } from './testing/openapi.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

/** Cells of the table whose head begins with this word; without the head. */
function table(head: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`)) + 2;
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, start + length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const names = (cells: readonly string[][]): string[] =>
  cells.map(([first = '']) => /^`([^`]+)`/.exec(first)?.[1] ?? first);

test('the README names every setting, and no other', () => {
  assert.deepEqual(names(table('Setting')).toSorted(), SETTING_NAMES.toSorted());
});

test('the README names every operation of the API, and no other', async () => {
  const operations = operationsOf((await openApiDocument()) as OpenApi);
  assert.deepEqual(
    names(table('Route')).toSorted(),
    operations.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});

test('the README names every fault switch with its unit, and no other', () => {
  assert.deepEqual(
    table('Switch').map(([name, unit]) => [name, unit]),
    FAULTS.map(({ name, unit }) => [`\`${name}\``, unit]),
  );
});
