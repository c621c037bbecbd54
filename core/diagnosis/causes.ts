import { isOwnLateness } from '../derive/measurement-figures.ts';
import { consumerStopped, consumerThroughput, hotPartition } from './consumer-causes.ts';
import { evidence, type Cause } from './diagnosis.ts';
import { apiSaturation, generatorSaturation } from './load-causes.ts';

const brokerTrouble: Cause = {
  id: 'broker-trouble',
  weigh: ({ figures, record }) => {
    // What is missing of a past period was deleted since: the broker had no trouble.
    if (record.plan.reconstruction !== undefined) return undefined;
    const gaps = figures.measurement.gaps.filter((gap) => gap.source === 'kafka' && !isOwnLateness(gap));
    const longest = gaps.toSorted((left, right) => right.toMs - right.fromMs - (left.toMs - left.fromMs))[0];
    if (longest === undefined) return undefined;
    const forMs = longest.toMs - longest.fromMs;
    return {
      decisive: [
        evidence('sampling-gap', forMs >= 3000, { source: 'kafka', sinceMs: longest.fromMs, forMs }),
      ],
      further: [],
    };
  },
};

/** Every cause lagline knows; the compiler demands wording for each in the locales. */
export const causes: readonly Cause[] = [
  consumerThroughput,
  hotPartition,
  consumerStopped,
  generatorSaturation,
  apiSaturation,
  brokerTrouble,
];
