import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

/** What users get with `npm install lagline`; a change that goes beyond raises these, and says why in docs/decisions. */
const budget = { packages: 150, megabytes: 120 };
/** A package above this is named in a decision. */
const heavyMegabytes = 4;

const root = join(import.meta.dirname, '..');
type Locked = { readonly dev?: boolean; readonly optional?: boolean; readonly devOptional?: boolean };
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

const bytesIn = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    // Packages within a package are counted as their own.
    if (entry.isDirectory()) return sum + (entry.name === 'node_modules' ? 0 : bytesIn(path));
    return sum + lstatSync(path).size;
  }, 0);

/** Of this platform: those for others are in the lockfile, but not installed. */
const installed = Object.entries(packages).flatMap(([path, { dev, devOptional }]) => {
  if (path === '' || dev === true || devOptional === true) return [];
  try {
    return [
      {
        name: path.slice(path.lastIndexOf('node_modules/') + 13),
        megabytes: bytesIn(join(root, path)) / 1e6,
      },
    ];
  } catch {
    return [];
  }
});

describe('what is installed with the package', () => {
  it('stays within the budget', () => {
    const megabytes = installed.reduce((sum, each) => sum + each.megabytes, 0);
    assert.ok(installed.length > 20, 'the packages are not there to be weighed');
    assert.ok(installed.length <= budget.packages, `${installed.length} packages`);
    assert.ok(megabytes <= budget.megabytes, `${megabytes.toFixed(1)} MB`);
  });

  it('has a decision on each heavy package', () => {
    const decisions = readdirSync(join(root, 'docs', 'decisions'))
      .map((name) => readFileSync(join(root, 'docs', 'decisions', name), 'utf8'))
      .join('\n');
    const unexplained = installed.filter(
      ({ name, megabytes }) =>
        megabytes > heavyMegabytes &&
        !decisions.includes(`\`${name.startsWith('@napi-rs/canvas-') ? '@napi-rs/canvas' : name}\``),
    );
    assert.deepEqual(unexplained, []);
  });
});
