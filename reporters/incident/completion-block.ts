import type { CompletionReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { tagOf } from '../wording.ts';
import { blocks, table, type Block } from './block.ts';
import { codeSpan } from './markdown.ts';
import type { RunPage } from './section.ts';

const figures = ['mean', 'p50', 'p95', 'p99', 'max'] as const;

/** The application's own completion times beside lagline's, with the difference; a line that says so where no run has them. */
export const completionBlock = (pages: readonly RunPage[], catalog: Catalog): Block => {
  const watched = pages.filter(({ run }) => run.reconstruction === null && run.kafka.groups.length > 0);
  const told = pages.flatMap((page) => {
    const { completion } = page.run;
    return completion === null || completion === undefined ? [] : [{ page, completion }];
  });
  const { notAsked, note } = catalog.incident.completion;
  if (told.length === 0) return blocks(watched.length === 0 ? undefined : notAsked);
  return blocks(
    ...told.map(({ page, completion }) =>
      blocks(pages.length > 1 ? `**${page.title}**` : undefined, besideEachOther(page, completion, catalog)),
    ),
    note,
  );
};

const besideEachOther = ({ run }: RunPage, completion: CompletionReport, catalog: Catalog): Block => {
  const { completion: words } = catalog.incident;
  const { observations, messages, resets } = completion;
  const tag = tagOf(run, catalog)('completion', 'computed');
  return blocks(
    table(
      words.columns,
      figures.map((name) => [words.figures[name], ...cells(completion[name], catalog, tag)]),
    ),
    words.basis(completion, codeSpan(`${completion.source}#${completion.histogram}`)),
    resets > 0 ? words.resets(resets) : undefined,
    observations !== null && messages !== null && observations !== messages
      ? words.countsDiffer(observations, messages)
      : undefined,
  );
};

const cells = (
  { lagline, application, difference }: CompletionReport['p50'],
  catalog: Catalog,
  tag: string,
): [string, string, string] => {
  const { overlaps } = catalog.incident.completion;
  const signed = (ms: number): string => `${ms > 0 ? '+' : ''}${catalog.formats.duration(ms)}`;
  const isOnBothSides =
    difference.lowMs !== null &&
    difference.highMs !== null &&
    difference.lowMs <= 0 &&
    difference.highMs >= 0;
  return [
    lagline.ms === null
      ? boundsText(lagline, catalog.formats.duration, catalog, tag)
      : `${catalog.formats.duration(lagline.ms)} ${tag}`,
    boundsText(application, catalog.formats.duration, catalog, tag),
    boundsText(difference, signed, catalog) + (isOnBothSides ? ` (${overlaps})` : ''),
  ];
};

const boundsText = (
  { lowMs, highMs }: CompletionReport['p50']['application'],
  shown: (ms: number) => string,
  { notMeasured, incident: { completion } }: Catalog,
  tag = '',
): string => {
  const behind = tag === '' ? '' : ` ${tag}`;
  if (lowMs === null && highMs === null) return notMeasured;
  if (highMs === null) return completion.atLeast(shown(lowMs ?? 0)) + behind;
  if (lowMs === null) return completion.atMost(shown(highMs)) + behind;
  const [low, high] = [shown(lowMs), shown(highMs)];
  return (low === high ? low : completion.between(low, high)) + behind;
};
