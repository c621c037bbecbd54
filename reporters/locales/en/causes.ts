import type { CauseFigures, CauseWords } from '../catalog.ts';
import { peakAboveMean } from '../peak-rate.ts';
import { joinParts, shown } from '../fact-reader.ts';
import type { CauseId } from '../known-ids.ts';
import { enFormats as format } from './formats.ts';

export const enCauses: Readonly<Record<CauseId, CauseWords>> = {
  'consumer-throughput': {
    name: 'Consumers too slow',
    meaning: 'Messages arrive faster than the consumers handle them, so that a backlog builds up.',
    decision: (figures) => `Decide how much faster the consumers have to be${rates(figures)}`,
    improvements: (figures) => [
      {
        what: 'Make consuming faster: handle messages in batches, shorten calls to what lies behind',
        basis: needed(figures),
      },
      {
        what: 'Add consumers (partitions are the limit of parallel work)',
        basis: shown(figures.partitions, (count) => `${count} partitions now`),
      },
    ],
  },
  'api-saturation': {
    name: 'API at its limit',
    meaning: 'More load brings no more throughput, only longer response times.',
    decision: () => 'Decide whether to add API servers or to lower the target load',
    improvements: () => [
      { what: 'Profile the API (CPU, connection pools, calls to others)' },
      { what: 'Add API servers or limit admission' },
    ],
  },
  'generator-saturation': {
    name: 'Load generator at its limit',
    meaning: 'k6 reached its own limit first, so that the planned load was not offered.',
    decision: (figures) =>
      `Decide whether to measure again with a stronger generator${shown(figures.maxVUs, (count) => ` (at most ${format.count(count)} VUs now)`) ?? ''}`,
    improvements: () => [
      { what: 'Run the load generator on a machine of its own' },
      { what: 'Measure the same scenario again with more VUs' },
    ],
  },
  'hot-partition': {
    name: 'Hot partition',
    meaning: 'Messages gather in few partitions, and only these fall behind.',
    decision: () => 'Decide whether to change the message key (this changes what is kept in order)',
    improvements: () => [{ what: 'Look at the distribution of keys and choose one that spreads evenly' }],
  },
  'consumer-stopped': {
    name: 'Consumer stopped',
    meaning: 'Commits stopped while a backlog remained.',
    decision: () => 'Decide when a consumer that stands still is restarted',
    improvements: () => [
      { what: 'Alert on consumers that stand still and restart them' },
      { what: 'Read the logs and the rebalances around the time it stopped' },
    ],
  },
  'broker-trouble': {
    name: 'Broker trouble',
    meaning: 'The Kafka broker did not answer, or answered with errors.',
    decision: () => 'Decide whether to measure again once the broker is well',
    improvements: () => [
      { what: 'Check the logs, disks and network of the broker' },
      { what: 'Review replication and retries' },
    ],
  },
  'unknown-cause': {
    name: 'Cause unknown',
    meaning: 'What was measured does not single out a cause.',
    decision: () => 'Decide whether to measure more to narrow down the cause',
    improvements: () => [{ what: 'Measure again with logs and traces of the application' }],
  },
};

const rates = (figures: CauseFigures): string => {
  const { produceRatePerSecond: produced, consumeRatePerSecond: consumed } = figures;
  if (produced === undefined || consumed === undefined) return '';
  const peak = shown(peakAboveMean(figures), (rate) => `, ${format.perSecond(rate)} at most`);
  return ` (${format.perSecond(produced)} produced on average${peak ?? ''}, ${format.perSecond(consumed)} consumed [computed])`;
};

/** What the consumers must reach: the fastest arrivals, not their mean, decide whether a backlog builds up. */
const needed = (figures: CauseFigures): string | undefined => {
  const { produceRatePerSecond: mean, consumeRatePerSecond: consumed } = figures;
  if (consumed === undefined || consumed <= 0) return undefined;
  const above = (rate: number | undefined, label: string): string | undefined =>
    rate === undefined || rate <= consumed
      ? undefined
      : `${format.perSecond(rate)} ${label} (${format.number(rate / consumed)} times as much)`;
  const found = joinParts([
    above(peakAboveMean(figures), 'for the fastest arrivals'),
    above(mean, 'for the mean of arrivals'),
  ]);
  return found === ''
    ? undefined
    : `${format.perSecond(consumed)} consumed now; to build up no backlog: ${found} [computed]`;
};
