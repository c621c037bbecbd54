// `npm run soak:properties -- --seed S --runs N [files]`: every property on examples that `npm test` does not draw.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    runs: { type: 'string', default: '5000' },
  },
});

const root = join(import.meta.dirname, '..');
const isProperty = (file: string) => readFileSync(join(root, file), 'utf8').includes(`from 'fast-check'`);
const files =
  positionals.length > 0
    ? positionals
    : globSync('{bench,core,cli,deploy,fixtures,reference-service,reporters,scripts}/**/*.test.ts', {
        cwd: root,
      })
        .filter(isProperty)
        .sort();

process.stdout.write(`seed ${values.seed}, ${values.runs} runs of each property in ${files.length} files\n`);
const { status } = spawnSync(process.execPath, [join(root, 'scripts/test.ts'), ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, LAGLINE_PROPERTY_SEED: values.seed, LAGLINE_PROPERTY_RUNS: values.runs },
});
process.exitCode = status ?? 1;
