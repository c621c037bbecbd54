import { noNotes } from '../report-notes.ts';
import { taggedEvent } from '../wording.ts';
import { blocks, table } from './block.ts';
import { inTable } from './markdown.ts';
import type { Section } from './section.ts';

/** What happened when, in the order of time. */
export const timelineSection: Section = (pages, catalog, { notes = noNotes }) => {
  const { timeline } = catalog.incident;
  const measured = pages.flatMap(({ run, title }) => {
    const startMs = run.startedAt === null ? undefined : Date.parse(run.startedAt);
    return run.timeline.map((entry) => ({
      atMs: (startMs ?? 0) + entry.atMs,
      cells: [
        startMs === undefined ? '-' : catalog.formats.clock(startMs + entry.atMs),
        catalog.formats.elapsed(entry.atMs),
        title,
        taggedEvent(entry, run, catalog, inTable),
      ],
    }));
  });
  const { byHand, kinds } = catalog.incident.notes;
  const written = notes.timeline.map(({ atMs, kind, text }) => ({
    atMs,
    cells: [catalog.formats.clock(atMs), '-', byHand, `${kinds[kind]}: ${inTable.text(text)}`],
  }));
  const rows = [...measured, ...written].toSorted((left, right) => left.atMs - right.atMs);
  return rows.length === 0
    ? blocks(timeline.empty)
    : table(
        timeline.columns,
        rows.map(({ cells }) => cells),
      );
};
