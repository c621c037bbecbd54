import type { Provenance } from '../core/quantity.ts';
import type { ReportDocument, RunReport } from '../core/report-document.ts';

/** One value of `report.json`, by its path there. */
export type ReportFigure = {
  /** Keys and indexes with dots between them, such as `runs.0.load.requests`. */
  readonly path: string;
  readonly value: number | string | boolean | null;
  readonly run: RunReport;
  /** Where it comes from; of the whole it is part of where it has no origin of its own. */
  readonly provenance: Partial<Provenance> | undefined;
};

/** Every single value of the runs, in the document's order. */
export const reportFigures = (document: ReportDocument): ReportFigure[] =>
  document.runs.flatMap((run, index) => {
    const { provenance, ...rest } = run;
    const prefix = `runs.${index}`;
    return leavesOf(rest, prefix).map(([path, value]) => ({
      path,
      value,
      run,
      provenance: originOf(provenance, path.slice(prefix.length + 1)),
    }));
  });

type Leaf = readonly [path: string, value: ReportFigure['value']];

const leavesOf = (value: unknown, path: string): Leaf[] => {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [[path, value as ReportFigure['value']]];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, `${path}.${key}`));
};

const originOf = (provenance: RunReport['provenance'], path: string): Partial<Provenance> | undefined => {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('.');
    if (Object.hasOwn(provenance, key)) return provenance[key] as Partial<Provenance>;
  }
  return undefined;
};
