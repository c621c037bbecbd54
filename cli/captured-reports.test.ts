import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildRunReport } from '../core/judge/build-report.ts';
import { readSavedOutput } from './saved-output.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'k6-output');
const captured = readdirSync(folder).filter((name) => name.startsWith('v'));

const textOf = (name: string): string => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

describe('the report of a captured output has what the output has, and null for what it lacks', () => {
  for (const name of captured)
    it(name, async () => {
      const [source, ...others] = await readSavedOutput([join(folder, name)], {});
      assert.ok(source !== undefined && others.length === 0);
      const report = buildRunReport(source.record);
      const { load, kafka, resources, integrity, measurement, environment } = report;
      assert.ok(load !== null);
      // The machine-readable summary holds the script, and a narrow terminal has broken lines.
      const text = textOf(name)
        .replaceAll(/"script": ?"(?:[^"\\]|\\.)*"/g, '')
        .replaceAll('\n', '');
      const isSamples = /ndjson|csv/.test(name);
      const known = (value: unknown, isKnown: boolean, what: string): void =>
        assert.equal(value !== null, isKnown, `${what}: ${JSON.stringify(value)}`);

      known(load.k6Version, text.includes('k6_version') || text.includes('k6Version'), 'version');
      known(load.k6ExitCode, false, 'exit code');
      known(load.interruptedIterations, / interrupted\s+i/.test(text), 'interrupted');
      known(load.requestsPerSecond, !(isSamples && /-plain\.csv|v0\..*csv\.gz/.test(name)), 'rate');
      known(load.maxActiveVUs, /\bvus\b/.test(text), 'VUs');
      known(load.checks.passes, /\bchecks(?:\b|_)/.test(text), 'checks');
      known(load.httpReqDurationMs.p95, /avg=.*p\(95\)=|"p\(?95/s.test(text) || isSamples, 'p95');
      known(load.httpReqDurationMs.p99, /\bp\(99\)|p99"/.test(text) || isSamples, 'p99');
      known(load.plannedIterations, /\d iterations\/s for/.test(text), 'planned');
      assert.equal(load.scenarios.length > 0, text.includes('looping VUs') || text.includes('shared among'));
      // Where the output could show dropped iterations and does not, there were none.
      const drops = text.includes('dropped_iterations');
      assert.ok(drops ? (load.droppedIterations ?? 0) > 0 : load.droppedIterations === 0, 'dropped');
      assert.ok((load.requests ?? 0) > 0 && (load.iterations ?? 0) > 0);

      known(
        report.startedAt,
        isSamples || text.includes('generated_at') || text.includes('generatedAt'),
        'start',
      );
      const { cpuModel, cpuCores, memoryBytes, os, nodeVersion } = environment;
      assert.deepEqual([cpuModel, cpuCores, memoryBytes, os, nodeVersion], [null, null, null, null, null]);
      assert.deepEqual([kafka.groups, resources, integrity, measurement.ticks], [[], [], null, 0]);
      assert.equal(
        Object.keys(load.outcomes).some((outcome) => outcome.includes('{')),
        false,
      );
    });
});
