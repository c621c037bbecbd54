import type { RunReport } from '../core/report-document.ts';
import type { Catalog } from './locales/catalog.ts';
import { wordingOf } from './locales/known-ids.ts';

/**
 * How a run is called in headings. Only a run that counted coupons is said to be about coupons; a script that lagline
 * does not know goes by its own name.
 */
export const scenarioTitle = (run: RunReport, catalog: Catalog): string => {
  const known = wordingOf(catalog.scenarios, run.scenario);
  if (known === undefined) return run.scenario;
  const isAboutCoupons = run.integrity !== null || Object.keys(run.load?.outcomes ?? {}).length > 0;
  return isAboutCoupons ? `${catalog.couponPrefix}${known}` : known;
};
