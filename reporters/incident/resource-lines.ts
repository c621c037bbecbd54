import type { ResourceReport, RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { shown } from '../locales/fact-reader.ts';
import { wordingOf } from '../locales/known-ids.ts';
import { resourceName, tag, tagOf } from '../wording.ts';
import { bullets, type Block, type Picture } from './block.ts';
import { inLine } from './markdown.ts';
import type { RunPage } from './section.ts';

/** A mean under load from here on leaves nothing in hand. */
export const nearLimitPercent = 85;

/** Points by which a use is higher (under load than after it, say) before it is worth a word. */
const noticeablePoints = 10;

/** The same as a factor, for what is no share of anything. */
const noticeableFactor = 2;

/** Pictures of load and resources, and what the samples say about each resource. */
export const resourceLines = (page: RunPage, catalog: Catalog): Block => {
  const { results } = catalog.incident;
  const remarks = page.run.resources.map((_, index) => resourceRemark(page.run, index, catalog));
  return bullets([
    {
      text: results.pictures,
      pictures: picturesOf(page, ['load', 'latency', 'resources'], catalog),
      items: remarks.length === 0 ? [results.noResources] : remarks,
    },
  ]);
};

/** The pictures of those panels that were drawn. */
export const picturesOf = (
  { pictures, title }: RunPage,
  ids: readonly string[],
  catalog: Catalog,
  name: (id: string) => string = (id) => wordingOf(catalog.incident.results.pictureNames, id) ?? id,
): Picture[] =>
  ids.flatMap((id) => {
    const picture = pictures[id];
    return picture === undefined ? [] : [{ alt: `${title} - ${name(id)}`, name: picture }];
  });

const resourceRemark = (run: RunReport, index: number, catalog: Catalog): string => {
  const resource = run.resources[index];
  if (resource === undefined) return '';
  const { id, unit, loadAvg, idleAvg, loadMax, loadMaxAtMs, max, maxAtMs } = resource;
  const { results } = catalog.incident;
  const { formats } = catalog;
  const name = resourceName(id, catalog, inLine);
  if (max === null) return results.resourceMissing(name);
  const quantity = (value: number): string => formats.quantity(value, unit);
  const isHigherOutside = loadMax === null || isNoticeable(unit, max, loadMax);
  const meanOrigin = wordingOf(run.provenance, `resources.${index}.loadAvg`)?.kind ?? 'computed';
  return results.resource({
    name,
    hasLoad: run.reconstruction === null,
    loadAvg: shown(loadAvg, quantity),
    max: shown(loadMax, quantity),
    maxAt: shown(loadMaxAtMs, formats.elapsed),
    overallMax: isHigherOutside ? quantity(max) : undefined,
    overallMaxAt: shown(maxAtMs, formats.elapsed),
    idleAvg: shown(idleAvg, quantity),
    tags: {
      mean: tag(meanOrigin, catalog),
      max: tagOf(run, catalog)(`resources.${index}.loadMax`, 'measured'),
    },
    firstAt: undefined,
    judgement: judgementOf(resource),
  });
};

const judgementOf = ({ id, unit, loadAvg, idleAvg }: ResourceReport): 'high' | 'rose' | undefined => {
  if (loadAvg === null) return undefined;
  if (isLimited(id) && loadAvg >= nearLimitPercent) return 'high';
  if (idleAvg === null) return undefined;
  return isNoticeable(unit, loadAvg, idleAvg) ? 'rose' : undefined;
};

const isNoticeable = (unit: string, high: number, low: number): boolean =>
  unit === 'percent' ? high - low >= noticeablePoints : high > 0 && high >= low * noticeableFactor;

/** Shares of a whole machine; a process may use more than 100 % of one core. */
const isLimited = (id: string): boolean => id === 'cpu' || id === 'memory';
