import type { EvaluationRow, RunReport } from '../core/report-document.ts';
import type { Facts } from '../core/errors.ts';
import type { Catalog, ProvenanceKind, TagOf, Tags } from './locales/catalog.ts';
import { joinParts, readFacts, type TextStyle } from './locales/fact-reader.ts';
import { wordingOf } from './locales/known-ids.ts';
import { readSource } from './locales/source-patterns.ts';

type Evidence = RunReport['diagnosis'][number]['evidence'][number];

/** Words of an event; one that no wording is known for is shown by its id and facts. */
export const eventText = (event: string, facts: Facts, catalog: Catalog, style: TextStyle): string => {
  const reader = readFacts(facts, style);
  return wordingOf(catalog.events, event)?.(reader) ?? joinParts([style.code(event), reader.all()], ' ');
};

/** Where the number of an event comes from, as a path in the group it names. */
const eventFigures: Readonly<Record<string, string>> = {
  'lag-peak': 'peakLagMessages',
  'drain-timed-out': 'finalLagMessages',
};

/** The words of an event of a run, with the tag of its figure where it has one. */
export const taggedEvent = (
  { event, facts }: RunReport['timeline'][number],
  run: RunReport,
  catalog: Catalog,
  style: TextStyle,
): string => {
  const text = eventText(event, facts, catalog, style);
  const figure = wordingOf(eventFigures, event);
  if (figure === undefined || !Object.values(facts).some((fact) => typeof fact === 'number')) return text;
  const { groups } = run.kafka;
  const index = groups.findIndex(({ group, topic }) => group === facts['group'] && topic === facts['topic']);
  return `${text} ${tagOf(run, catalog)(`kafka.groups.${Math.max(0, index)}.${figure}`, 'measured')}`;
};

export const evidenceText = (
  { id, supports, facts }: Evidence,
  catalog: Catalog,
  style: TextStyle,
): string => {
  const reader = readFacts(facts, style);
  const words = wordingOf(catalog.evidence, id);
  if (words === undefined) return joinParts([style.code(id), reader.all()], ' ');
  return supports ? words.holds(reader) : words.fails(reader);
};

export const causeName = (cause: string, catalog: Catalog, style: TextStyle): string =>
  wordingOf(catalog.causes, cause)?.name ?? style.code(cause);

/** Where the number of an evidence comes from: a path in the run, `group.` standing for the group it speaks of. */
const evidenceFigures: Readonly<Record<string, readonly [path: string, fallback: ProvenanceKind]>> = {
  'utilization-above-one': ['group.utilization', 'computed'],
  'lag-grew-during-load': ['group.lagAtLoadEndMessages', 'measured'],
  'lag-on-all-partitions': ['', 'computed'],
  'single-partition-carries': ['', 'computed'],
  'consumer-kept-moving': ['', 'computed'],
  'api-latency-flat': ['', 'computed'],
  'api-latency-high': ['load.httpReqDurationMs.p95', 'measured'],
  'commits-stopped': ['', 'computed'],
  'host-cpu-high': ['', 'measured'],
  'memory-rose': ['', 'measured'],
  'vus-exhausted': ['load.maxActiveVUs', 'measured'],
  'dropped-iterations': ['load.droppedIterations', 'measured'],
  'requests-failed': ['load.failedRequests', 'measured'],
  'sampling-gap': ['', 'measured'],
};

/** The sentence of an evidence, with the tag of its figures where it has any. */
export const taggedEvidence = (
  evidence: Evidence,
  run: RunReport,
  catalog: Catalog,
  style: TextStyle,
): string => {
  const text = evidenceText(evidence, catalog, style);
  const figure = wordingOf(evidenceFigures, evidence.id);
  if (figure === undefined || !Object.values(evidence.facts).some((fact) => typeof fact === 'number'))
    return text;
  const [path, fallback] = figure;
  const inRun = path.replace(/^group\./, `kafka.groups.${mostLaggedIndex(run)}.`);
  return `${text} ${tag(path === '' ? fallback : provenanceKind(run, inRun, fallback), catalog)}`;
};

/** Index of the group that rows and causes speak of: the one with the highest peak. */
const mostLaggedIndex = ({ kafka: { groups } }: RunReport): number => {
  const peaks = groups.map(({ peakLagMessages }) => peakLagMessages ?? 0);
  return Math.max(0, peaks.indexOf(peaks.reduce((most, peak) => Math.max(most, peak), 0)));
};

/** The figures of a check in words; of a check that no words are known for, as they stand. */
export const checkFigures = (check: string, facts: Facts, catalog: Catalog, style: TextStyle): string => {
  const reader = readFacts(facts, style);
  return wordingOf(catalog.checkFigures, check)?.(reader) ?? reader.all();
};

/** Words of a source, with its own names as code. */
export const sourceText = (source: string, catalog: Catalog, style: TextStyle): string => {
  const known = readSource(source);
  return known === undefined ? style.code(source) : catalog.sources[known.id](style.code(known.name));
};

export const checkText = (check: string, catalog: Catalog, style: TextStyle): string =>
  wordingOf(catalog.checks, check) ?? style.code(check);

/** `process-cpu:api` is the resource `process-cpu` of the process `api`. */
export const resourceName = (id: string, catalog: Catalog, style: TextStyle): string => {
  const [kind = id, ...rest] = id.split(':');
  const words = wordingOf(catalog.resources, kind);
  if (words === undefined) return style.code(id);
  if (rest.length === 0) return words;
  return catalog.incident.results.ofProcess(words, style.text(rest.join(':')));
};

/** Words of a reason id; other texts, such as messages of errors, are shown as they are. */
export const reasonText = (
  reason: string | undefined,
  catalog: Catalog,
  style: TextStyle,
): string | undefined =>
  reason === undefined || reason === ''
    ? undefined
    : (wordingOf(catalog.reasons, reason) ?? style.text(reason));

/** Kind of the figure at `path` in the run's provenance; of the whole it is part of, else `fallback`. */
export const provenanceKind = (run: RunReport, path: string, fallback: ProvenanceKind): ProvenanceKind => {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = wordingOf(run.provenance, parts.slice(0, length).join('.'));
    if (found !== undefined) return found.kind;
  }
  return fallback;
};

export const tagOf =
  (run: RunReport, catalog: Catalog, prefix = ''): TagOf =>
  (path, fallback) =>
    tag(provenanceKind(run, prefix + path, fallback), catalog);

export const tag = (kind: ProvenanceKind, catalog: Catalog): string => `[${catalog.provenance[kind]}]`;

const mainFigures: Readonly<Record<EvaluationRow['id'], readonly [path: string, fallback: ProvenanceKind]>> =
  {
    'success-rate': ['load.checks.passes', 'measured'],
    'response-time': ['load.httpReqDurationMs.p95', 'measured'],
    throughput: ['load.requestsPerSecond', 'measured'],
    stability: ['', 'computed'],
    'error-rate': ['load.failedRequests', 'measured'],
    concurrency: ['integrity', 'measured'],
    'kafka-produce': ['group.produceDurationMs', 'computed'],
    'kafka-consume': ['group.consumeDurationMs', 'computed'],
    'completion-delay': ['group.completionDelayMs.p95', 'computed'],
  };

/** Tag of a row's main figure. */
export const mainTag = (id: EvaluationRow['id'], run: RunReport, catalog: Catalog): string => {
  const [path, fallback] = mainFigures[id];
  const inRun = path.replace(/^group\./, `kafka.groups.${mostLaggedIndex(run)}.`);
  return tag(provenanceKind(run, inRun, fallback), catalog);
};

/** The evidence sentence of a row of the evaluation table. */
export const rowText = (row: EvaluationRow, run: RunReport, catalog: Catalog, style: TextStyle): string => {
  const tags: Tags = {
    measured: tag('measured', catalog),
    computed: tag('computed', catalog),
    estimated: tag('estimated', catalog),
    main: mainTag(row.id, run, catalog),
    lag: tagOf(run, catalog)(`kafka.groups.${mostLaggedIndex(run)}.finalLagMessages`, 'measured'),
  };
  return catalog.rows[row.id].evidence(readFacts(row.facts, style), tags);
};
