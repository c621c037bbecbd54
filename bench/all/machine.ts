import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Machine } from './performance-page.ts';

/** What the figures will be of. Changes in `docs`, where the tables themselves stand, are none of the code. */
export const describeMachine = (root: string): Machine => {
  const git = (...args: string[]): string | null => {
    const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
  return {
    processor: (cpus()[0]?.model ?? 'CPU').replaceAll(/\((?:R|TM)\)/g, '').trim(),
    processors: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release().replace(/^(\d+\.\d+).*$/, '$1')}`,
    node: process.versions.node,
    commit: git('rev-parse', '--short', 'HEAD'),
    isChanged:
      (git('status', '--porcelain', '--untracked-files=no', '--', '.', ':(exclude)docs') ?? '') !== '',
  };
};
