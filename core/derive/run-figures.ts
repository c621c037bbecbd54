import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';
import type { RunRecord } from '../record/run-record.ts';
import { completionFigures, completionOrigins } from './completion-figures.ts';
import { faultFigures } from './fault-figures.ts';
import { integrityFigures, integrityOrigins } from './integrity-figures.ts';
import { kafkaFigures } from './kafka-group.ts';
import { loadFigures } from './load-figures.ts';
import { measurementFigures } from './measurement-figures.ts';
import { probeFigures, probeOrigins } from './probe-figures.ts';
import { prometheusFigures, prometheusOrigins } from './prometheus-figures.ts';
import { resourceFigures, resourceOrigins } from './resource-figures.ts';

/** Everything computed from one record, in the shapes of `report.json`; rules and diagnosis read from here. */
export type RunFigures = Pick<
  RunReport,
  | 'load'
  | 'kafka'
  | 'completion'
  | 'resources'
  | 'prometheus'
  | 'integrity'
  | 'integrityProbes'
  | 'faults'
  | 'measurement'
> & {
  readonly provenance: Readonly<Record<string, Provenance>>;
};

export const runFigures = (record: RunRecord): RunFigures => {
  const load = loadFigures(record);
  const kafka = kafkaFigures(record);
  const completion = completionFigures(record, kafka.groups);
  const integrity = integrityFigures(record, { load: load.load, kafka: { groups: [...kafka.groups] } });
  const prometheus = prometheusFigures(record);
  return {
    load: load.load,
    kafka: { groups: [...kafka.groups] },
    completion,
    resources: resourceFigures(record),
    ...(prometheus === undefined ? {} : { prometheus }),
    integrity,
    integrityProbes: probeFigures(record),
    faults: faultFigures(record),
    measurement: measurementFigures(record),
    provenance: {
      ...load.provenance,
      ...kafka.provenance,
      ...completionOrigins(record, completion),
      ...resourceOrigins(record),
      ...prometheusOrigins(prometheus),
      ...integrityOrigins(record, integrity),
      ...probeOrigins(record),
    },
  };
};
