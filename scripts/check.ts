// `npm run check`: format, lint (type-aware), types of both worlds (Node and k6), dead code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join('node_modules', '.bin', name);
const steps: readonly (readonly [title: string, command: string, ...args: string[]])[] = [
  ['format', bin('oxfmt'), '--check', '.'],
  ['lint', bin('oxlint'), '--type-aware', '--deny-warnings', '.'],
  ['types', bin('tsc'), '-p', 'tsconfig.json'],
  ['types of the k6 scenarios', bin('tsc'), '-p', 'scenarios/tsconfig.json'],
  ['dead code', bin('knip')],
];

for (const [title, command, ...args] of steps) {
  process.stderr.write(`check: ${title}\n`);
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) {
    process.stderr.write(`check: ${title} failed\n`);
    process.exit(1);
  }
}
process.stderr.write('check: all passed\n');
