import type { EvaluationRow, RunReport } from '../core/report-document.ts';
import type { Facts } from '../core/errors.ts';
import type { Catalog, ProvenanceKind, Tags } from './locales/catalog.ts';
import { joinParts, readFacts, type TextStyle } from './locales/fact-reader.ts';
import { wordingOf } from './locales/known-ids.ts';

type Evidence = RunReport['diagnosis'][number]['evidence'][number];

/** Words of an event; one that no wording is known for is shown by its id and facts. */
export const eventText = (event: string, facts: Facts, catalog: Catalog, style: TextStyle): string => {
  const reader = readFacts(facts, style);
  return wordingOf(catalog.events, event)?.(reader) ?? joinParts([style.code(event), reader.all()], ' ');
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

export const checkText = (check: string, catalog: Catalog, style: TextStyle): string =>
  wordingOf(catalog.checks, check) ?? style.code(check);

/** `process-cpu:api` is the resource `process-cpu` of the process `api`. */
export const resourceName = (id: string, catalog: Catalog, style: TextStyle): string => {
  const [kind = id, ...rest] = id.split(':');
  const words = wordingOf(catalog.resources, kind);
  if (words === undefined) return style.code(id);
  return rest.length === 0 ? words : `${words}(${style.text(rest.join(':'))})`;
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

export const tag = (kind: ProvenanceKind, catalog: Catalog): string => `[${catalog.provenance[kind]}]`;

const mainFigures: Readonly<Record<EvaluationRow['id'], readonly [path: string, fallback: ProvenanceKind]>> =
  {
    'success-rate': ['load.checks.passes', 'measured'],
    'response-time': ['load.httpReqDurationMs.p95', 'measured'],
    throughput: ['load.requestsPerSecond', 'measured'],
    stability: ['load.requestsPerSecond', 'measured'],
    'error-rate': ['load.failedRequests', 'measured'],
    concurrency: ['integrity', 'measured'],
    'kafka-produce': ['kafka.groups.0.produceDurationMs', 'computed'],
    'kafka-consume': ['kafka.groups.0.consumeDurationMs', 'computed'],
    'completion-delay': ['kafka.groups.0.completionDelayMs.p95', 'computed'],
  };

/** The evidence sentence of a row of the evaluation table. */
export const rowText = (row: EvaluationRow, run: RunReport, catalog: Catalog, style: TextStyle): string => {
  const [path, fallback] = mainFigures[row.id];
  const tags: Tags = {
    measured: tag('measured', catalog),
    computed: tag('computed', catalog),
    estimated: tag('estimated', catalog),
    main: tag(provenanceKind(run, path, fallback), catalog),
  };
  return catalog.rows[row.id].evidence(readFacts(row.facts, style), tags);
};
