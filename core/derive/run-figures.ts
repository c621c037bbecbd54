import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { integrityFigures } from './integrity-figures.ts';
import { kafkaFigures } from './kafka-group.ts';
import { loadFigures } from './load-figures.ts';
import { measurementFigures, resourceFigures } from './resource-figures.ts';

/** Everything computed from one record, in the shapes of `report.json`; rules and diagnosis read from here. */
export type RunFigures = Pick<RunReport, 'load' | 'kafka' | 'resources' | 'integrity' | 'measurement'> & {
  readonly provenance: Readonly<Record<string, Provenance>>;
};

export const runFigures = (record: RunRecord): RunFigures => {
  const load = loadFigures(record);
  const kafka = kafkaFigures(record);
  const integrity = integrityFigures(record);
  const resources = resourceFigures(record);
  return {
    load: load.load,
    kafka: { groups: [...kafka.groups] },
    resources,
    integrity,
    measurement: measurementFigures(record),
    provenance: {
      ...load.provenance,
      ...kafka.provenance,
      ...resourceOrigins(resources, record.durationMs),
      ...integrityOrigins(record),
    },
  };
};

const resourceOrigins = (
  resources: RunFigures['resources'],
  durationMs: number,
): Record<string, Provenance> =>
  Object.fromEntries(
    resources.flatMap((resource, index): [string, Provenance][] => {
      const { id, samples } = resource;
      const origin = { source: `host sampler ${id}`, samples, fromMs: 0, toMs: durationMs };
      const path = `resources.${index}`;
      const known = (value: number | null): { reason?: string } =>
        value === null ? { reason: 'too-few-samples' } : {};
      return [
        [path, { kind: 'measured', ...origin }],
        ...(['avg', 'loadAvg', 'idleAvg'] as const).map((key): [string, Provenance] => [
          `${path}.${key}`,
          { kind: 'computed', ...origin, ...known(resource[key]) },
        ]),
        ...(['loadMax', 'loadMaxAtMs'] as const).map((key): [string, Provenance] => [
          `${path}.${key}`,
          { kind: 'measured', ...origin, ...known(resource[key]) },
        ]),
      ];
    }),
  );

const integrityOrigins = ({ integrity, plan }: RunRecord): Record<string, Provenance> => {
  if (integrity !== undefined) {
    const reason = integrity.reason === undefined ? {} : { reason: integrity.reason };
    return {
      integrity: {
        kind: 'measured',
        source: integrity.source,
        fromMs: integrity.atMs,
        toMs: integrity.atMs,
        ...reason,
      },
    };
  }
  return {
    integrity: {
      kind: 'measured',
      source: 'integrity probe',
      reason: plan.integrity === undefined ? 'no-probe' : 'probe-failed',
    },
  };
};
