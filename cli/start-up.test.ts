import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';

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
    ['-c', '"$@" 2>&1 >/dev/null', 'sh', process.execPath, '--import', hook, main, ...args],
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

  it('loads neither a Kafka client nor a database or a server for a report', () => {
    const run = join(import.meta.dirname, '..', 'fixtures', 'runs', 'healthy');
    const packages = packagesOf(loadedBy('gate', run));
    for (const heavy of [
      'kafkajs',
      '@electric-sql/pglite',
      'fastify',
      'pg',
      'ioredis',
      '@napi-rs/canvas',
      'chart.js',
    ])
      assert.ok(!packages.includes(heavy), `${heavy} was loaded`);
  });
});
