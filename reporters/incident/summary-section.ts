import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { wordingOf } from '../locales/known-ids.ts';
import type { ConfidenceLevel, Doubts } from '../locales/incident-words.ts';
import { mainGroup, mainGroupPath } from '../main-group.ts';
import { outcomeMark } from '../marks.ts';
import { causeName, tag, tagOf } from '../wording.ts';
import { causeFigures } from './cause-figures.ts';
import { blocks, bullets, heading, table } from './block.ts';
import { inLine } from './markdown.ts';
import { nearLimitPercent } from './resource-lines.ts';
import type { RunPage, Section } from './section.ts';

/** One page for those who read no further: verdicts, one sentence, what to decide, how far to trust it. */
export const summarySection: Section = (pages, catalog) => {
  const { incident: words } = catalog;
  const doubts = doubtsOf(pages.map(({ run }) => run));
  const reasons = words.summary.doubts(doubts);
  return blocks(
    `**${words.summary.overall(pages.length, otherOutcomes(pages, catalog), topCause(pages, catalog))}**`,
    table(
      words.summary.columns,
      pages.map(({ run, title }) => [
        title,
        `${outcomeMark[run.verdict.outcome]} ${catalog.outcome[run.verdict.outcome]}`,
        catalog.headline(run, mainGroup(run), {
          measured: tag('measured', catalog),
          computed: tag('computed', catalog),
          estimated: tag('estimated', catalog),
          run: tagOf(run, catalog),
          group: tagOf(run, catalog, mainGroupPath(run)),
        }),
      ]),
    ),
    heading(3, words.headings.decisions),
    bullets(decisions(pages, catalog)),
    heading(3, words.headings.confidence),
    bullets([
      `**${words.summary.confidence[confidenceOf(doubts)]}** — ${reasons.length === 0 ? words.summary.noDoubts : reasons.join(', ')}`,
    ]),
  );
};

const otherOutcomes = (pages: readonly RunPage[], catalog: Catalog) =>
  (['fail', 'invalid', 'no-data'] as const).flatMap((outcome) => {
    const count = pages.filter(({ run }) => run.verdict.outcome === outcome).length;
    return count === 0 ? [] : [{ outcome: catalog.outcome[outcome], count }];
  });

/** The best supported cause over all runs that did not pass. */
const topCause = (pages: readonly RunPage[], catalog: Catalog): string | undefined => {
  const best = pages
    .filter(({ run }) => run.verdict.outcome !== 'pass')
    .flatMap(({ run }) => run.diagnosis.slice(0, 1))
    .toSorted((left, right) => right.score - left.score)[0];
  return best === undefined ? undefined : causeName(best.cause, catalog, inLine);
};

const decisions = (pages: readonly RunPage[], catalog: Catalog): string[] => {
  const { summary } = catalog.incident;
  const found = pages.flatMap(({ run, title }) => {
    const cause = run.verdict.outcome === 'pass' ? undefined : run.diagnosis[0];
    const words = cause && wordingOf(catalog.causes, cause.cause);
    // A run that has to be made again measures them then.
    const unknownRows =
      run.verdict.outcome === 'invalid'
        ? []
        : run.evaluation.filter(({ grade }) => grade === 'unknown').map(({ id }) => catalog.rows[id].label);
    return [
      ...(words === undefined ? [] : [`${title}: ${words.decision(causeFigures(run))}`]),
      ...(run.verdict.outcome === 'invalid' ? [summary.decideInvalid(title)] : []),
      ...(unknownRows.length === 0 ? [] : [`${title}: ${summary.decideUnmeasured(unknownRows.join(', '))}`]),
    ];
  });
  return found.length === 0 ? [summary.nothingToDecide] : found;
};

const doubtsOf = (runs: readonly RunReport[]): Doubts => {
  const sum = (count: (run: RunReport) => number): number =>
    runs.reduce((total, run) => total + count(run), 0);
  return {
    failedChecks: sum((run) => run.consistency.filter(({ ok }) => !ok).length),
    unfinishedRuns: sum(({ status }) => (status === 'completed' || status === 'unknown' ? 0 : 1)),
    savedRuns: sum((run) => (run.savedOutput === null ? 0 : 1)),
    ambiguousFigures: sum((run) => run.savedOutput?.ambiguous.length ?? 0),
    invalidRuns: sum((run) => (run.verdict.outcome === 'invalid' ? 1 : 0)),
    runsWithoutData: sum((run) => (run.verdict.outcome === 'no-data' ? 1 : 0)),
    gaps: sum((run) => run.measurement.gaps.length),
    saturatedRuns: sum((run) =>
      run.resources.some(({ id, loadAvg }) => id === 'cpu' && (loadAvg ?? 0) >= nearLimitPercent) ? 1 : 0,
    ),
    lateTicks: sum((run) => run.measurement.lateTicks),
    ticks: sum((run) => run.measurement.ticks),
    clampedSamples: sum((run) =>
      run.kafka.groups.reduce((clamped, group) => clamped + group.clampedSamples, 0),
    ),
    unreadableLines: sum((run) => run.measurement.unreadableLines),
    missingRequests: sum((run) => ofTimeline(run, 'missing')),
    untoldSeconds: sum((run) => ofTimeline(run, 'untoldSeconds')),
    cautions: sum(
      ({ rules }) =>
        rules.filter(
          ({ rule, level, outcome }) => rule === 'validity' && level === 'warn' && outcome !== 'pass',
        ).length,
    ),
  };
};

/** What the check of k6's timeline found it to lack; a contradiction is told as such. */
const ofTimeline = ({ consistency }: RunReport, fact: string): number => {
  const found = consistency.find(({ check, ok }) => ok && check === 'timeline-equals-summary')?.facts[fact];
  return typeof found === 'number' ? found : 0;
};

/** One tick in twenty may be late before it counts against the run. */
const tolerableLateShare = 0.05;

const confidenceOf = (doubts: Doubts): ConfidenceLevel => {
  if (doubts.failedChecks + doubts.unfinishedRuns + doubts.invalidRuns + doubts.runsWithoutData > 0)
    return 'low';
  const isOftenLate = doubts.lateTicks > doubts.ticks * tolerableLateShare;
  return isOftenLate ||
    doubts.savedRuns > 0 ||
    doubts.gaps +
      doubts.saturatedRuns +
      doubts.clampedSamples +
      doubts.unreadableLines +
      doubts.cautions +
      doubts.missingRequests +
      doubts.untoldSeconds >
      0
    ? 'medium'
    : 'high';
};
