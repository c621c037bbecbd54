import type { CapacityWords } from '../capacity-words.ts';

const rateFrom = {
  measured: '90 % interval [measured]',
  'at-least': 'only a lower bound, for nothing ever waited [estimated]',
  given: 'as given',
} as const;

const counted = (count: string, what: string): string => `${count} ${what}${count === '1' ? '' : 's'}`;

export const enCapacity: CapacityWords = {
  title: (group, topic, runId) => `Capacity: ${group}/${topic} (${runId})`,
  labels: {
    load: 'load',
    rate: 'service rate μ',
    skew: 'skew',
    present: 'present set-up',
    measured: 'measured',
    goals: 'goal',
    advice: 'needs',
    applied: 'then',
    or: 'or',
  },
  load: ({ messages, mean, peak, factor }) =>
    `${messages} · mean λ ${mean} · peak ${peak} (3 s) ${factor === undefined ? '[measured]' : `· ${factor} times the load measured [computed]`}`,
  rate: ({ value, low, high, perMessage, from }) =>
    `${from === 'at-least' ? `at least ${value}` : value}${from === 'measured' ? ` (${low}–${high})` : ''} per consumer, ${from === 'at-least' ? 'at most ' : ''}${perMessage} per message · ${rateFrom[from]}`,
  phases: (duringLoad, afterLoad) => `${duringLoad} during the load, ${afterLoad} after it`,
  skew: (partition, share, even) => `partition ${partition} got most, ${share} (${even} if it lay evenly)`,
  setup: (consumers, partitions, concurrency) =>
    `${counted(consumers, 'consumer')}, ${counted(partitions, 'partition')}${concurrency > 1 ? `, ${concurrency} partitions at once in each consumer` : ''}`,
  utilization: (mean, peak) => `utilisation ρ ${mean} on average, ${peak} at peak`,
  peakLag: (messages) => `peak lag ${messages}`,
  drain: ({ value, low, high }) => `drained in ${value} (${low}–${high})`,
  drainAtMost: (high) => `drained within ${high}`,
  neverDrains: 'never drained',
  goal: {
    mean: () => 'ρ < 1 at the mean load',
    peak: () => 'ρ < 1 at the peak load',
    drain: (within) => `drained within ${within} of the load's end`,
  },
  met: 'the present set-up does',
  need: (setup, atRate) => `${setup}${atRate === undefined ? '' : ` (${atRate} at the rate as measured)`}`,
  noAdvice: 'no number of consumers or partitions does',
  limit: {
    none: 'nothing',
    consumers: 'too few consumers',
    partitions: 'too few partitions: consumers beyond the number of partitions have nothing to do',
    skew: 'a hot partition, which more consumers do not split: change the key, or take less time per message',
    'per-message-time': 'the time per message: shorten it, such as by batching',
  },
  perMessage: (ms) => `leave the set-up and take at most ${ms} per message (batching, for one)`,
  notes: {
    'consumers-constant': 'taken as given: as many consumers all the while, all equally fast',
    'assignment-balanced': 'taken as given: partitions dealt out evenly and in order (range)',
    'linear-scaling':
      'taken as given: consumers that are added are as fast as those there are; not so where something they share, such as a database, is the limit',
    'concurrency-assumed':
      'taken as given: a consumer works on one partition at a time; if it works on several, more consumers do not help, so say so with --concurrency',
    'rate-at-least':
      'the group never fell behind, so its rate is bounded from below only: these numbers suffice, and may be more than needed',
    'one-phase-only':
      'the service rate was seen either only during the load or only after it, and is taken as the same in both',
    'model-differs':
      'mind: computed for the present set-up, the drain differs from the measured one by more than 15 %; check --consumers and --concurrency',
    'partitions-must-be-added':
      'partitions have to be added first (kafka-topics --alter); they cannot be taken away again',
    'key-order':
      'with more partitions a key may go to another one: between messages before and after, its order is not kept, so add them while there is no lag',
    'skew-kept':
      'how the load lies on more partitions is not known: hot keys are taken to stay together, and the lower end of the intervals is for an even load',
  },
  picture: {
    title: (group) => `${group}: lag measured and computed`,
    measured: 'measured',
    present: (setup) => `present, computed (${setup})`,
    advised: (setup) => `expected with ${setup}`,
  },
};
