import type { ResourceReport } from '../../core/report-document.ts';
import type { PanelId } from '../charts/run-panels.ts';
import type { Catalog } from '../locales/catalog.ts';
import { resourceName } from '../wording.ts';
import { bullets, inLine } from './markdown.ts';
import type { RunPage } from './section.ts';

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

const resourceRemark = ({ id, unit, startValue, max, maxAtMs }: ResourceReport, catalog: Catalog): string => {
  const { results } = catalog.incident;
  const { formats } = catalog;
  const name = resourceName(id, catalog, inLine);
  if (max === null) return results.resourceMissing(name);
  const hasRisen =
    startValue !== null &&
    (unit === 'percent' ? max - startValue >= noticeableRisePercent : max >= startValue * 2);
  return results.resource({
    name,
    start: startValue === null ? undefined : formats.quantity(startValue, unit),
    max: formats.quantity(max, unit),
    at: maxAtMs === null ? undefined : formats.elapsed(maxAtMs),
    change: hasRisen && max > 0 ? 'rose' : 'steady',
  });
};
