import type { FaultReport, RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import type { TextStyle } from '../locales/fact-reader.ts';
import { reasonText } from '../wording.ts';
import { spanText } from './section.ts';

/** Each fault of a run with the time it was there; empty for a run without any. */
export const faultTexts = ({ faults }: RunReport, catalog: Catalog, style: TextStyle): string[] =>
  faults.map((fault) =>
    catalog.incident.environment.fault(
      style.code(fault.label),
      spanOf(fault, catalog),
      fault.state === 'not-applied' || fault.state === 'not-removed' ? fault.state : undefined,
      reasonText(fault.reason ?? undefined, catalog, style),
    ),
  );

const spanOf = ({ fromMs, toMs }: FaultReport, catalog: Catalog): string | undefined =>
  fromMs === null
    ? undefined
    : toMs === null
      ? catalog.formats.elapsed(fromMs)
      : spanText(fromMs, toMs, catalog);
