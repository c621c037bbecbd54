import type {
  CapacityDocument,
  CapacityGoal,
  CapacityPrediction,
  Setup,
} from '../core/capacity/capacity-document.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

/** The answer of `lagline plan` for people; no line feed at the end. */
export const capacityText = (document: CapacityDocument, catalog: Catalog): string => {
  const { capacity: words, formats } = catalog;
  const { load, measured, serviceRate, present } = document;
  const rate = serviceRate.perConsumerPerSecond;
  const { duringLoadPerSecond: during, afterLoadPerSecond: after } = serviceRate;
  const rows: [string, string][] = [
    [
      words.labels.load,
      words.load({
        messages: formats.messages(load.messages),
        mean: formats.perSecond(load.meanPerSecond),
        peak: formats.perSecond(load.peakPerSecond),
        factor: load.factor === 1 ? undefined : formats.number(load.factor),
      }),
    ],
    [
      words.labels.rate,
      words.rate({
        value: formats.perSecond(rate.value),
        low: formats.perSecond(rate.low),
        high: formats.perSecond(rate.high),
        perMessage: formats.latency(serviceRate.perMessageMs.value),
        from: serviceRate.from,
      }),
    ],
    ...(during === null || after === null
      ? []
      : [['', words.phases(formats.perSecond(during), formats.perSecond(after))] as [string, string]]),
    [
      words.labels.skew,
      words.skew(
        measured.hottestPartition,
        formats.percent(measured.hottestShare * 100),
        formats.percent(measured.evenShare * 100),
      ),
    ],
    [
      words.labels.present,
      words.setup(String(measured.consumers), String(measured.partitions), measured.concurrency),
    ],
    ['', predictionText(present, document, catalog)],
    [words.labels.measured, measuredText(document, catalog)],
  ];
  const head = inOneLine(words.title(document.group, document.topic, document.runId));
  return [
    head,
    ...columns(rows),
    ...document.goals.flatMap((goal) => ['', ...goalLines(goal, document, catalog)]),
    '',
    ...document.notes.map((note) => `  - ${words.notes[note]}`),
  ].join('\n');
};

/** Wide characters of Korean take two places in a terminal. */
const widthOf = (text: string): number =>
  [...text].reduce((width, character) => width + (/[\u1100-\u11ff\u3000-\ud7af]/.test(character) ? 2 : 1), 0);

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([label]) => widthOf(label)));
  return rows.map(([label, text]) => `  ${label}${' '.repeat(width - widthOf(label))}  ${text}`);
};

const goalLines = (goal: CapacityGoal, document: CapacityDocument, catalog: Catalog): string[] => {
  const { capacity: words, formats } = catalog;
  const name = words.goal[goal.goal](goal.withinMs === null ? '' : formats.duration(goal.withinMs));
  if (goal.isMet) return [`  ✓ ${name}: ${words.met}`];
  const { advice, adviceAtRate, prediction } = goal;
  const isLess = adviceAtRate !== null && advice !== null && !isSame(adviceAtRate, advice);
  const rows: [string, string][] = [
    [
      words.labels.advice,
      advice === null
        ? words.noAdvice
        : words.need(setupText(advice, catalog), isLess ? setupText(adviceAtRate, catalog) : undefined),
    ],
    ...(prediction === null
      ? []
      : [[words.labels.applied, predictionText(prediction, document, catalog)] as [string, string]]),
    ...(goal.neededPerMessageMs === null
      ? []
      : [[words.labels.or, words.perMessage(formats.latency(goal.neededPerMessageMs))] as [string, string]]),
  ];
  return [`  ✗ ${name}: ${words.limit[goal.limit]}`, ...columns(rows).map((line) => `  ${line}`)];
};

const isSame = (left: Setup, right: Setup): boolean =>
  left.consumers === right.consumers && left.partitions === right.partitions;

const setupText = ({ consumers, partitions }: Setup, { capacity }: Catalog): string =>
  capacity.setup(String(consumers), String(partitions), 1);

const predictionText = (
  { utilizationMean, utilizationPeak, peakLagMessages, drainMs }: CapacityPrediction,
  { serviceRate }: CapacityDocument,
  { capacity: words, formats, provenance }: Catalog,
): string => {
  const isBound = serviceRate.from === 'at-least';
  // With a rate that is at least so much, all of these are at most so much.
  const bound = isBound ? '≤ ' : '';
  const parts = [
    words.utilization(
      `${bound}${formats.number(utilizationMean.value)}`,
      `${bound}${formats.number(utilizationPeak.value)}`,
    ),
    words.peakLag(`${bound}${formats.messages(peakLagMessages)}`),
    drainText(drainMs, isBound, words, formats),
  ];
  return `${parts.join(' · ')} [${provenance.estimated}]`;
};

const drainText = (
  drainMs: CapacityPrediction['drainMs'],
  isBound: boolean,
  words: Catalog['capacity'],
  { duration }: Catalog['formats'],
): string => {
  if (drainMs === null || drainMs.high === null) return words.neverDrains;
  const { value, low, high } = drainMs;
  return isBound
    ? words.drainAtMost(duration(high))
    : words.drain({ value: duration(value), low: duration(low), high: duration(high) });
};

const measuredText = (
  { measured: { peakLagMessages, drainMs } }: CapacityDocument,
  { capacity: words, formats, provenance, notMeasured }: Catalog,
): string =>
  [
    peakLagMessages === null ? notMeasured : words.peakLag(formats.messages(peakLagMessages)),
    ...(drainMs === null
      ? []
      : [
          words.drain({
            value: formats.duration(drainMs.value),
            low: formats.duration(drainMs.low),
            high: formats.duration(drainMs.high),
          }),
        ]),
  ].join(' · ') + ` [${provenance.measured}]`;
