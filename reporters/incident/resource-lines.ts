import type { ResourceReport } from '../../core/report-document.ts';
import type { PanelId } from '../charts/run-panels.ts';
import type { Catalog } from '../locales/catalog.ts';
import { resourceName } from '../wording.ts';
import { bullets, inLine } from './markdown.ts';
import type { RunPage } from './section.ts';

/** A mean under load from here on leaves nothing in hand. */
export const nearLimitPercent = 85;

/** A rise of fewer points than this between the first sample and the highest is called steady. */
const noticeableRisePercent = 10;

/** Pictures of load and resources, and what the samples say about each resource. */
export const resourceLines = (page: RunPage, catalog: Catalog): string => {
  const { results } = catalog.incident;
  const remarks = page.run.resources.map((resource) => resourceRemark(resource, catalog));
  return [
    `- ${results.pictures}`,
    ...pictureLines(page, ['load', 'latency', 'resources'], catalog),
    bullets(remarks.length === 0 ? [results.noResources] : remarks, '    '),
  ].join('\n');
};

/** Each picture in a paragraph of its own inside the list. */
export const pictureLines = (
  { pictures, title }: RunPage,
  ids: readonly PanelId[],
  catalog: Catalog,
): string[] => {
  const lines = ids.flatMap((id) => {
    const path = pictures[id];
    const name = catalog.incident.results.pictureNames[id];
    return path === undefined ? [] : ['', `    ![${title} - ${name}](./${path})`];
  });
  return lines.length === 0 ? [] : [...lines, ''];
};

const resourceRemark = (resource: ResourceReport, catalog: Catalog): string => {
  const { id, unit, lowestBeforeMax, loadAvg, max, maxAtMs } = resource;
  const { results } = catalog.incident;
  const { formats } = catalog;
  const name = resourceName(id, catalog, inLine);
  if (max === null) return results.resourceMissing(name);
  return results.resource({
    name,
    start: lowestBeforeMax === null ? undefined : formats.quantity(lowestBeforeMax, unit),
    max: formats.quantity(max, unit),
    at: maxAtMs === null ? undefined : formats.elapsed(maxAtMs),
    loadAvg: loadAvg === null ? undefined : formats.quantity(loadAvg, unit),
    change: changeOf(resource, max),
  });
};

const changeOf = (
  { id, unit, lowestBeforeMax, loadAvg }: ResourceReport,
  max: number,
): 'high' | 'rose' | 'steady' => {
  if (isLimited(id) && (loadAvg ?? 0) >= nearLimitPercent) return 'high';
  if (lowestBeforeMax === null) return 'steady';
  const hasRisen =
    unit === 'percent'
      ? max - lowestBeforeMax >= noticeableRisePercent
      : max >= lowestBeforeMax * 2 && max > 0;
  return hasRisen ? 'rose' : 'steady';
};

/** Shares of a whole machine; a process may use more than 100 % of one core. */
const isLimited = (id: string): boolean => id === 'cpu' || id === 'memory';
