import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const main = join(import.meta.dirname, 'main.ts');

/** Prints which modules were loaded, once the program has ended. */
const hook = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
const seen = [];
registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
process.on('exit', () => process.stderr.write('\\nLOADED ' + JSON.stringify(seen)));
`)}`;

const loadedBy = (...args: string[]): string[] => {
  const output = execFileSync(
    '/bin/sh',
    ['-c', '"$@" 2>&1 >/dev/null || true', 'sh', process.execPath, '--import', hook, main, ...args],
    {
      encoding: 'utf8',
    },
  );
  return JSON.parse(output.slice(output.lastIndexOf('LOADED ') + 7)) as string[];
};

const packagesOf = (urls: readonly string[]): string[] =>
  [
    ...new Set(
      urls.flatMap((url) => {
        const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
        return name === undefined ? [] : [name];
      }),
    ),
  ].sort();

const out = mkdtempSync(join(tmpdir(), 'lagline-start-up-'));
after(() => rmSync(out, { recursive: true, force: true }));

describe('start-up', () => {
  it('loads for --help and --version no package but the one that reads the command line', () => {
    assert.deepEqual(packagesOf(loadedBy('--help')), ['commander']);
    assert.deepEqual(packagesOf(loadedBy('run', '--help')), ['commander']);
    assert.deepEqual(packagesOf(loadedBy('--version')), ['commander']);
  });

  it('loads few modules of our own for --help', () => {
    const own = loadedBy('--help').filter(
      (url) => url.startsWith('file:') && !url.includes('/node_modules/'),
    );
    assert.ok(own.length <= 20, `${own.length} modules`);
  });

  const run = join(import.meta.dirname, '..', 'fixtures', 'runs', 'healthy');
  const servers = ['kafkajs', '@electric-sql/pglite', 'fastify', 'pg', 'ioredis', 'prom-client'];
  const drawing = ['@napi-rs/canvas', 'chart.js'];
  const screen = ['ink', 'react', 'react-reconciler', 'yoga-layout', 'es-toolkit', 'string-width'];
  const none = (packages: readonly string[], heavy: readonly string[]): void =>
    assert.deepEqual(
      heavy.filter((name) => packages.includes(name)),
      [],
    );

  it('loads neither a Kafka client, a database, a server nor a canvas for a verdict or the figures alone', () => {
    none(packagesOf(loadedBy('gate', run)), [...servers, ...drawing]);
    const textFormats = 'json,junit,github,gitlab,csv,openmetrics';
    const packages = packagesOf(loadedBy('report', run, '--format', textFormats, '--out', out));
    none(packages, [...servers, ...drawing, 'subset-font']);
  });

  it('loads no canvas to look at what a run needs, and none to compare without a picture', () => {
    none(packagesOf(loadedBy('run', 'nothing-like-that')), [
      ...drawing,
      'subset-font',
      '@electric-sql/pglite',
    ]);
    none(packagesOf(loadedBy('compare', run, '--', run)), [...servers, ...drawing, 'subset-font']);
  });

  it('loads nothing of the screen where there is no terminal', () => {
    none(packagesOf(loadedBy('run', 'nothing-like-that')), screen);
    none(packagesOf(loadedBy('watch', '--brokers', '127.0.0.1:9')), screen);
    none(packagesOf(loadedBy('gate', run)), screen);
  });

  it('loads a canvas for a report with pictures, and still none of the others', () => {
    const packages = packagesOf(loadedBy('report', run, '--format', 'md', '--out', out));
    assert.deepEqual(
      drawing.filter((name) => packages.includes(name)),
      drawing,
    );
    none(packages, [...servers, 'subset-font']);
  });
});
