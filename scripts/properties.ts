// Preloaded into each test file by scripts/test.ts: what seed and how many runs its properties (fast-check) get.
import { readFileSync } from 'node:fs';

/**
 * `npm test` draws the same examples each time, so that it fails for a change and not by chance; new ones are looked for
 * by `npm run soak:properties`. Runs that a property names itself stay as they are.
 */
const seed = Number(process.env['LAGLINE_PROPERTY_SEED'] ?? 1);
const numRuns = Number(process.env['LAGLINE_PROPERTY_RUNS'] ?? 100);

const file = process.argv[1];
if (file?.endsWith('.test.ts') && readFileSync(file, 'utf8').includes(`from 'fast-check'`)) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ seed, numRuns });
}
