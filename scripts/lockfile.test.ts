import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

type Lockfile = {
  readonly packages: Readonly<
    Record<string, { resolved?: string; integrity?: string; optionalDependencies?: Record<string, string> }>
  >;
};

const { packages } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'),
) as Lockfile;

it('the lockfile holds the packages of every platform, not only those of the machine that wrote it', () => {
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => packages[`node_modules/${name}`] === undefined);
  assert.deepEqual(missing, []);
});

it('the lockfile names no download address, and a checksum for each package', () => {
  const others = Object.entries(packages).filter(([path]) => path !== '');
  assert.deepEqual(
    others
      .filter(([, { resolved, integrity }]) => resolved !== undefined || integrity === undefined)
      .map(([path]) => path),
    [],
  );
});
