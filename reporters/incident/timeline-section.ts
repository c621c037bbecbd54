import { taggedEvent } from '../wording.ts';
import { blocks, table } from './block.ts';
import { inTable } from './markdown.ts';
import type { Section } from './section.ts';

/** What happened when, in the order of time. */
export const timelineSection: Section = (pages, catalog) => {
  const { timeline } = catalog.incident;
  const rows = pages
    .flatMap(({ run, title }) =>
      run.timeline.map((entry) => ({ ...entry, run, title, startMs: Date.parse(run.startedAt) })),
    )
    .toSorted((left, right) => left.startMs + left.atMs - (right.startMs + right.atMs));
  if (rows.length === 0) return blocks(timeline.empty);
  return table(
    timeline.columns,
    rows.map(({ run, title, startMs, atMs, ...entry }) => [
      catalog.formats.clock(startMs + atMs),
      catalog.formats.elapsed(atMs),
      title,
      taggedEvent({ atMs, ...entry }, run, catalog, inTable),
    ]),
  );
};
