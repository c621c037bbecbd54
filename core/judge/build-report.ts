import { basename } from 'node:path';
import type { Provenance } from '../quantity.ts';
import { redactUrl } from '../redact.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { ReportDocument, RunReport } from '../report-document.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { hasSamplesOnly } from '../derive/k6-source.ts';
import { runFigures } from '../derive/run-figures.ts';
import { evaluate, verdictOf, worstVerdict, type Verdict } from '../evaluate.ts';
import { exitCodeOfOutcome } from '../exit-codes.ts';
import type { Finding } from '../rules/rule.ts';
import { consistencyChecks } from './consistency.ts';
import { evaluationRows } from './evaluation-rows.ts';
import { rebuiltOrigin } from './rebuilt-origin.ts';
import { timeline } from './timeline.ts';

/** `report.json` of one or several runs, in the order given; pure, and the same bytes for the same records. */
export const buildReport = (records: readonly RunRecord[], generatorVersion: string): ReportDocument => {
  const runs = records.map(buildRunReport);
  return {
    schemaVersion: 1,
    generator: { name: 'lagline', version: generatorVersion },
    verdict: worstVerdict(runs.map(({ verdict }) => verdict)),
    runs,
  };
};

export const buildRunReport = (record: RunRecord): RunReport => {
  const figures = runFigures(record);
  const findings = evaluate(record, figures);
  const consistency = consistencyChecks(record, figures);
  const { plan, environment } = record;
  // Of saved output all that is known of its times is how long k6 counted.
  const isDurationKnown = plan.savedOutput === undefined || record.phases.length > 0;
  const originOf = plan.reconstruction === undefined ? copyOf : rebuiltOrigin;
  return {
    runId: record.runId,
    scenario: plan.scenario.name,
    script: plan.scenario.script === undefined ? null : basename(plan.scenario.script),
    scriptSha256: plan.scenario.scriptSha256 ?? null,
    reconstruction: plan.reconstruction ?? null,
    savedOutput: savedOutputOf(record),
    profile: plan.scenario.profile ?? null,
    timeScale: plan.scenario.timeScale,
    targetUrl: plan.scenario.targetUrl === undefined ? null : redactUrl(plan.scenario.targetUrl),
    startedAt: record.startedAt,
    durationMs: isDurationKnown ? record.durationMs : null,
    status: plan.savedOutput === undefined ? (record.end?.status ?? 'failed') : 'unknown',
    verdict: withConsistency(verdictOf(findings), findings, consistency),
    phases: record.phases.map((phase) => ({ ...phase })),
    load: figures.load,
    kafka: figures.kafka,
    completion: figures.completion ?? null,
    resources: figures.resources,
    ...(figures.prometheus === undefined ? {} : { prometheus: figures.prometheus }),
    integrity: figures.integrity,
    integrityProbes: figures.integrityProbes,
    faults: figures.faults,
    rules: findings.map((finding) => ruleReport(finding, originOf)),
    evaluation: evaluationRows({ figures, findings, hasLoad: plan.reconstruction === undefined }),
    diagnosis: diagnose({ record, figures, findings }),
    timeline: timeline(record, figures),
    measurement: figures.measurement,
    consistency,
    environment: {
      laglineVersion: environment.laglineVersion,
      nodeVersion: environment.nodeVersion,
      k6Version: environment.k6Version ?? record.load?.k6Version ?? null,
      kafkaBrokers: [...(environment.kafkaBrokers ?? [])],
      ...(environment.tools === undefined ? {} : { tools: { ...environment.tools } }),
      os: environment.os,
      cpuModel: environment.cpuModel,
      cpuCores: environment.cpuCores,
      memoryBytes: environment.memoryBytes,
      command: [...environment.command],
    },
    provenance: Object.fromEntries(
      Object.entries({ ...figures.provenance, ...savedOrigins(record) }).map(([path, origin]) => [
        path,
        originOf(origin),
      ]),
    ),
  };
};

const firstSample = 'k6 samples: the first one, less what it says to have taken';

/** Where a run's frame is known from, when nobody watched it. */
const savedOrigins = (record: RunRecord): Record<string, Provenance> => {
  const { plan, phases, startedAt } = record;
  if (plan.savedOutput === undefined) return {};
  const missing = (isKnown: boolean) => (isKnown ? {} : { reason: 'not-in-output' });
  return {
    startedAt: {
      kind: 'computed',
      source: hasSamplesOnly(record) ? firstSample : 'k6 output: when it was made, less its duration',
      ...missing(startedAt !== null),
    },
    durationMs: {
      kind: 'computed',
      source: hasSamplesOnly(record)
        ? 'k6 samples: from the first to the last'
        : 'k6 output: how long it counted',
      ...missing(phases.length > 0),
    },
    'savedOutput.metrics': hasSamplesOnly(record)
      ? { kind: 'computed', source: 'k6 samples: every metric that is counted' }
      : { kind: 'measured', source: 'k6 output: every metric in it' },
  };
};

const savedOutputOf = ({ plan, load }: RunRecord): RunReport['savedOutput'] =>
  plan.savedOutput === undefined
    ? null
    : {
        ...plan.savedOutput,
        metrics: Object.fromEntries(Object.entries(load?.summary?.metrics ?? {})),
        ambiguous: (load?.ambiguous ?? []).map((each) => ({ ...each })),
      };

/**
 * Numbers that contradict each other take the run its validity; a failure judged on them is no proof either. A breach of
 * integrity rests on the store's own rows and stands.
 */
const withConsistency = (
  verdict: Verdict,
  findings: readonly Finding[],
  checks: RunReport['consistency'],
): Verdict => {
  const isBreached = findings.some(
    ({ metric, outcome, level }) => outcome === 'fail' && level !== 'warn' && metric.startsWith('integrity_'),
  );
  if (isBreached || verdict.outcome === 'invalid' || checks.every(({ ok }) => ok)) return verdict;
  return { outcome: 'invalid', exitCode: exitCodeOfOutcome('invalid') };
};

const copyOf = (origin: Provenance): Provenance => ({ ...origin });

const ruleReport = (
  { rule, origin, metric, expression, outcome, level, measured, unit, samples, facts, provenance }: Finding,
  originOf: (origin: Provenance) => Provenance,
): RunReport['rules'][number] => ({
  rule,
  origin,
  metric,
  expression,
  outcome,
  ...(level === undefined ? {} : { level }),
  measured,
  unit,
  samples,
  facts: { ...facts },
  ...(provenance === null || measured === null ? {} : { provenance: originOf(provenance) }),
});
