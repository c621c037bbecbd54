import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { mainGroup, mainGroupPath } from '../main-group.ts';
import { reasonText, tagOf } from '../wording.ts';
import { completionBlock } from './completion-block.ts';
import { integritySection } from './integrity-section.ts';
import { blocks, table } from './block.ts';
import { inTable } from './markdown.ts';
import { orNotMeasured, type Section } from './section.ts';

const counted = [
  'accepted',
  'persisted',
  'lost',
  'pending',
  'duplicates',
  'oversold',
  'phantom',
  'unknown',
] as const;

/** What the users had of it: coupons promised and not issued, and how long they waited. */
export const impactSection: Section = (pages, catalog, report) => {
  const { impact } = catalog.incident;

  const waits = [
    ['waitP50', 'p50'],
    ['waitP95', 'p95'],
    ['waitMax', 'max'],
  ] as const;
  return blocks(
    table(
      [...impact.columns, ...pages.map(({ title }) => title)],
      [
        ...(pages.every(({ run }) => run.reconstruction !== null) ? [] : counted).map((key) => [
          impact.rows[key],
          ...pages.map(({ run }) => count(run, key, catalog)),
        ]),
        ...waits.map(([row, key]) => [impact.rows[row], ...pages.map(({ run }) => wait(run, key, catalog))]),
        [
          impact.rows.waiting,
          ...pages.map(({ run }) =>
            orNotMeasured(
              mainGroup(run)?.completionDelayMs.waiting,
              (waiting) =>
                `${catalog.formats.messages(waiting)} ${groupTag(run, 'completionDelayMs.waiting', catalog)}`,
              catalog,
            ),
          ),
        ],
      ],
    ),
    impact.note,
    completionBlock(pages, catalog),
    integritySection(pages, catalog, report),
  );
};

type Counted = (typeof counted)[number];

const count = (run: RunReport, key: Counted, catalog: Catalog): string => {
  const value = run.integrity?.[key];
  if (value !== null && value !== undefined)
    return `${catalog.formats.messages(value)} ${tagOf(run, catalog)(`integrity.${key}`, 'measured')}`;
  const isWaiting = key === 'lost' && (run.integrity?.pending ?? 0) > 0;
  const reason = reasonText(
    isWaiting
      ? 'messages-waiting'
      : (run.provenance[`integrity.${key}`] ?? run.provenance['integrity'])?.reason,
    catalog,
    inTable,
  );
  return reason === undefined ? catalog.notMeasured : `${catalog.notMeasured} (${reason})`;
};

/** A percentile that messages were still waiting for has a lower bound alone. */
const wait = (run: RunReport, key: 'p50' | 'p95' | 'max', catalog: Catalog): string => {
  const delay = mainGroup(run)?.completionDelayMs;
  const value = delay?.[key];
  const tagText = groupTag(run, `completionDelayMs.${key}`, catalog);
  if (value !== null && value !== undefined) return `${catalog.formats.duration(value)} ${tagText}`;
  const least = delay?.atLeast[key];
  // At least nothing is no bound.
  if (least === 0) return `${catalog.notMeasured} (${catalog.reasons['messages-waiting']})`;
  return least == null
    ? catalog.notMeasured
    : `${catalog.incident.impact.atLeast(catalog.formats.duration(least))} ${tagText}`;
};

const groupTag = (run: RunReport, figure: string, catalog: Catalog): string =>
  tagOf(run, catalog, mainGroupPath(run))(figure, 'computed');
