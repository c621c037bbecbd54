import type { Catalog } from '../locales/catalog.ts';
import type { NoteKind, ReportNotes } from '../report-notes.ts';
import { tag } from '../wording.ts';
import { blocks, table, type Block } from './block.ts';
import { inTable } from './markdown.ts';

const marks: readonly Exclude<NoteKind, 'note'>[] = ['detected', 'responded', 'mitigated', 'recovered'];

/** What the author says of the document, and how long it took to detect and recover; nothing where nothing is said. */
export const notesTable = (notes: ReportNotes, catalog: Catalog, earliestMs: number | undefined): Block => {
  const { notes: words } = catalog.incident;
  const { formats } = catalog;
  const begunMs = notes.startedAtMs ?? earliestMs;
  const until = marks.flatMap((kind): string[][] => {
    const entry = notes.timeline
      .filter((each) => each.kind === kind)
      .toSorted((left, right) => left.atMs - right.atMs)[0];
    return entry === undefined || begunMs === undefined || entry.atMs < begunMs
      ? []
      : [[words.until[kind], `${formats.duration(entry.atMs - begunMs)} ${tag('computed', catalog)}`]];
  });
  const said = (label: string, text: string | undefined): string[][] =>
    text === undefined ? [] : [[label, inTable.text(text)]];
  const rows = [
    ...said(words.author, notes.author),
    ...said(words.severity, notes.severity),
    ...(notes.startedAtMs === undefined ? [] : [[words.startedAt, formats.dateTime(notes.startedAtMs)]]),
    ...until,
    ...said(words.inTheirWords, notes.summary),
  ];
  return rows.length === 0 ? blocks() : table(words.columns, rows);
};
