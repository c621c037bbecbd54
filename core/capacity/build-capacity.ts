import { KnownError } from '../errors.ts';
import { deriveDrain } from '../derive/drain.ts';
import { middleLag, type GroupCurve } from '../derive/offset-curves.ts';
import { loadEndMs as endOfLoad } from '../derive/phases.ts';
import { meanProduceRate, peakProduceRate } from '../derive/producing.ts';
import type { RunRecord } from '../record/run-record.ts';
import type {
  CapacityDocument,
  CapacityGoal,
  CapacityNote,
  CapacityPrediction,
  Setup,
} from './capacity-document.ts';
import {
  drainMsOf,
  findSetup,
  holds,
  neededSpeedUp,
  utilization,
  type Situation,
  type Wanted,
} from './find-setup.ts';
import { arrived, measuredLoad, repartition, sharesOf } from './group-load.ts';
import { serviceCapacity, type ServiceCapacity } from './service-capacity.ts';
import { simulateDrain } from './simulate-drain.ts';

export type CapacityQuestion = {
  /** Members that shared the partitions while the run was measured. */
  readonly consumers: number;
  readonly consumersFrom: 'given' | 'recorded';
  /** Partitions that one of them works on at once; undefined: read from the run where it shows, else 1. */
  readonly concurrency?: number | undefined;
  /** Goal beside ρ < 1: drained within so long after the load's end, in ms. */
  readonly drainWithinMs?: number | undefined;
  /** The load in question: the measured one times a factor, or with this peak. */
  readonly loadFactor?: number | undefined;
  readonly peakPerSecond?: number | undefined;
  /** In place of the measured service rate: one message on one partition, in ms. */
  readonly perMessageMs?: number | undefined;
};

const modelToleratesShare = 0.15;
const curvePoints = 400;

/**
 * How many consumers and partitions the run's load needs, from its own λ(t), μ and skew; pure. Throws a KnownError where
 * the run lacks what that takes.
 */
export const buildCapacity = (
  record: RunRecord,
  curve: GroupCurve,
  question: CapacityQuestion,
): CapacityDocument => {
  const { group, topic, partitions, points } = curve;
  const loadEndMs = endOfLoad(record);
  const peak = peakProduceRate(points);
  const mean = meanProduceRate(points);
  if (peak === null || mean === null)
    throw lacking(
      `shows no produce rate of ${topic}`,
      'name a run in which messages arrived for 3 s or longer',
    );
  const factor =
    question.peakPerSecond === undefined ? (question.loadFactor ?? 1) : question.peakPerSecond / peak;
  const capacity = capacityOf(curve, question, loadEndMs);
  const loads = measuredLoad(curve, factor);
  const messages = loads.reduce((sum, load) => sum + arrived(load), 0);
  const situationAt = (perSlot: number): Situation => ({
    loads,
    perSlot: phaseRates(capacity, perSlot),
    concurrency: capacity.concurrency,
    loadEndMs,
    meanPerSecond: mean * factor,
    peakPerSecond: peak * factor,
  });
  const { value, low, high } = capacity.perSlot;
  const range: Range = { value: situationAt(value), low: situationAt(low), high: situationAt(high) };
  const isBound = capacity.from === 'at-least';
  const setup: Setup = { consumers: question.consumers, partitions: partitions.length };
  const present = predict(range, setup, isBound);
  const drain = deriveDrain(points, loadEndMs, record.plan.drain.sustainMs);
  const drainMs = drain.emptiedAt === undefined ? null : sinceLoadEnd(drain.emptiedAt, loadEndMs);
  const wanted: Wanted[] = [
    { goal: 'mean' },
    { goal: 'peak' },
    ...(question.drainWithinMs === undefined
      ? []
      : [{ goal: 'drain', withinMs: question.drainWithinMs } as const]),
  ];
  const goals = wanted.map((each) => goalOf(range, each, setup, isBound));
  const shares = sharesOf(loads);
  const hottest = shares.reduce((best, share, index) => (share > (shares[best] ?? 0) ? index : best), 0);
  const slots = Math.min(capacity.concurrency, Math.ceil(partitions.length / question.consumers));
  return {
    schemaVersion: 1,
    runId: record.runId,
    group,
    topic,
    loadEndMs,
    load: {
      messages,
      meanPerSecond: range.value.meanPerSecond,
      peakPerSecond: range.value.peakPerSecond,
      factor,
    },
    measured: {
      consumers: question.consumers,
      consumersFrom: question.consumersFrom,
      partitions: partitions.length,
      concurrency: capacity.concurrency,
      concurrencyFrom: capacity.concurrencyFrom,
      hottestPartition: loads[hottest]?.partition ?? 0,
      hottestShare: shares[hottest] ?? 0,
      evenShare: 1 / partitions.length,
      peakLagMessages: points.reduce<number | null>((most, point) => {
        const lag = middleLag(point);
        return lag === null ? most : Math.max(most ?? 0, lag);
      }, null),
      drainMs,
      curve: thinned(
        points.flatMap((point) => {
          const lag = middleLag(point);
          return lag === null ? [] : [[point.atMs, lag] as const];
        }),
      ),
    },
    serviceRate: {
      from: capacity.from,
      perConsumerPerSecond: { value: value * slots, low: low * slots, high: high * slots },
      perMessageMs: { value: 1000 / value, low: 1000 / high, high: 1000 / low },
      duringLoadPerSecond: capacity.duringLoad === null ? null : capacity.duringLoad * slots,
      afterLoadPerSecond: capacity.afterLoad === null ? null : capacity.afterLoad * slots,
      spans: capacity.spans,
    },
    present,
    goals,
    notes: notesOf({ capacity, goals, setup, factor, question, present, drainMs }),
  };
};

const lacking = (what: string, remedy: string): KnownError =>
  new KnownError('data-missing', `the run ${what}`, { remedy });

const capacityOf = (
  curve: GroupCurve,
  { consumers, concurrency, perMessageMs }: CapacityQuestion,
  loadEndMs: number,
): ServiceCapacity => {
  const measured = serviceCapacity(curve, { consumers, concurrency, loadEndMs });
  if (perMessageMs !== undefined) {
    const value = 1000 / perMessageMs;
    if (measured?.from !== 'measured') {
      return {
        concurrency: concurrency ?? 1,
        concurrencyFrom: concurrency === undefined ? 'assumed' : 'given',
        ...measured,
        from: 'given',
        perSlot: { value, low: value, high: value },
        duringLoad: null,
        afterLoad: null,
        spans: 0,
      };
    }
    // What made the rate vary, and differ beside the load from after it, is taken to do so in the same proportion.
    const by = value / measured.perSlot.value;
    const times = (rate: number | null): number | null => (rate === null ? null : rate * by);
    const { low, high } = measured.perSlot;
    return {
      ...measured,
      from: 'given',
      perSlot: { value, low: low * by, high: high * by },
      duringLoad: times(measured.duringLoad),
      afterLoad: times(measured.afterLoad),
    };
  }
  if (measured !== undefined) return measured;
  throw lacking(
    `shows no message of ${curve.topic} that ${curve.group} consumed, so its service rate is not known`,
    'name a run in which the group consumed, or give the time it takes: --per-message-ms',
  );
};

/** The rate of each phase in the proportion measured; where one was not, that of the other. */
const phaseRates = (
  { perSlot, duringLoad, afterLoad }: ServiceCapacity,
  rate: number,
): Situation['perSlot'] => {
  const share = rate / perSlot.value;
  const known = duringLoad ?? afterLoad ?? perSlot.value;
  return { load: (duringLoad ?? known) * share, drain: (afterLoad ?? known) * share };
};

/** The situation at the estimate of the service rate and at the ends of its interval. */
type Range = Readonly<Record<'value' | 'low' | 'high', Situation>>;

const predict = (range: Range, { consumers, partitions }: Setup, isBound: boolean): CapacityPrediction => {
  const { loadEndMs } = range.value;
  const isAdded = partitions !== range.value.loads.length;
  const at = (situation: Situation, skew: 'kept' | 'even'): Situation => ({
    ...situation,
    loads: repartition(situation.loads, partitions, skew),
  });
  const drained = (situation: Situation) =>
    simulateDrain(situation.loads, { ...situation, consumers }, loadEndMs);
  const worst = at(range.low, 'kept');
  const best = at(range.high, isAdded ? 'even' : 'kept');
  const middle = drained(at(range.value, 'kept'));
  const [ms, lowMs, highMs] = [
    drainMsOf(middle, loadEndMs),
    drainMsOf(drained(best), loadEndMs),
    drainMsOf(drained(worst), loadEndMs),
  ];
  const rho = (arrivals: 'meanPerSecond' | 'peakPerSecond') => {
    const of = (situation: Situation): number =>
      utilization(situation, { consumers, arrivalsPerSecond: situation[arrivals] });
    return { value: of(at(range.value, 'kept')), low: of(best), high: of(worst) };
  };
  return {
    consumers,
    partitions,
    utilizationMean: rho('meanPerSecond'),
    utilizationPeak: rho('peakPerSecond'),
    peakLagMessages: middle.peakLagMessages,
    // With a rate that is only bounded from below, the time is bounded from above alone.
    drainMs: ms === null ? null : { value: ms, low: isBound ? 0 : (lowMs ?? 0), high: highMs },
    curve: thinned(middle.curve),
  };
};

const goalOf = (range: Range, wanted: Wanted, setup: Setup, isBound: boolean): CapacityGoal => {
  const isMet = holds(range.low, setup.consumers, wanted);
  const [advice, adviceAtRate, adviceAtBest] = [range.low, range.value, range.high].map((situation) =>
    findSetup(situation, wanted),
  ) as [Setup | null, Setup | null, Setup | null];
  const speedUp = neededSpeedUp(range.value, setup.consumers, wanted);
  return {
    goal: wanted.goal,
    withinMs: wanted.goal === 'drain' ? wanted.withinMs : null,
    isMet,
    limit: isMet ? 'none' : limitOf(range.low, wanted, setup, advice),
    advice,
    adviceAtRate,
    adviceAtBest,
    neededPerMessageMs: speedUp === null ? null : 1000 / (range.value.perSlot.load * speedUp),
    prediction: advice === null ? null : predict(range, advice, isBound),
  };
};

const limitOf = (
  situation: Situation,
  wanted: Wanted,
  { partitions }: Setup,
  advice: Setup | null,
): CapacityGoal['limit'] => {
  if (advice?.partitions === partitions) return 'consumers';
  const even = findSetup(situation, wanted, 'even');
  if (even === null) return 'per-message-time';
  const isEvenEnough = holds(
    { ...situation, loads: repartition(situation.loads, partitions, 'even') },
    partitions,
    wanted,
  );
  return isEvenEnough || advice === null ? 'skew' : 'partitions';
};

const sinceLoadEnd = (
  { lowMs, highMs }: { readonly lowMs: number; readonly highMs: number },
  loadEndMs: number,
) => {
  const [low, high] = [Math.max(0, lowMs - loadEndMs), Math.max(0, highMs - loadEndMs)];
  return { value: (low + high) / 2, low, high };
};

const notesOf = ({
  capacity,
  goals,
  setup,
  factor,
  question,
  present,
  drainMs,
}: {
  readonly capacity: ServiceCapacity;
  readonly goals: readonly CapacityGoal[];
  readonly setup: Setup;
  readonly factor: number;
  readonly question: CapacityQuestion;
  readonly present: CapacityPrediction;
  readonly drainMs: CapacityDocument['measured']['drainMs'];
}): CapacityNote[] => {
  const added = goals.some(({ advice }) => advice !== null && advice.partitions > setup.partitions);
  const isOnePhase =
    capacity.from === 'measured' && (capacity.duringLoad === null || capacity.afterLoad === null);
  // Only what was measured can be held against what was measured.
  const isSame = factor === 1 && question.perMessageMs === undefined && capacity.from === 'measured';
  const differs = isSame && drainMs !== null && !fits(present.drainMs?.value, drainMs);
  const notes: readonly (readonly [CapacityNote, boolean])[] = [
    ['rate-at-least', capacity.from === 'at-least'],
    ['model-differs', differs],
    ['partitions-must-be-added', added],
    ['key-order', added],
    ['skew-kept', added],
    ['concurrency-assumed', capacity.concurrencyFrom === 'assumed'],
    ['one-phase-only', isOnePhase],
    ['consumers-constant', true],
    ['assignment-balanced', setup.consumers > 1],
    ['linear-scaling', goals.some(({ advice }) => (advice?.consumers ?? 0) > setup.consumers)],
  ];
  return notes.flatMap(([note, applies]) => (applies ? [note] : []));
};

/** Within 15 % of the interval in which the backlog was seen to end, or a second where it is short. */
const fits = (
  ms: number | undefined,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
): boolean => {
  const slack = Math.max(1000, value * modelToleratesShare);
  return ms !== undefined && ms >= low - slack && ms <= high + slack;
};

/** Evenly picked points, the first, the last and the highest among them. */
const thinned = (points: readonly (readonly [number, number])[]): [number, number][] => {
  const step = Math.max(1, Math.ceil(points.length / curvePoints));
  const top = points.reduce((best, [, lag], index) => (lag > (points[best]?.[1] ?? 0) ? index : best), 0);
  return points.flatMap(([atMs, lag], index): [number, number][] =>
    index % step === 0 || index === points.length - 1 || index === top
      ? [[Math.round(atMs), Math.round(lag * 10) / 10]]
      : [],
  );
};
