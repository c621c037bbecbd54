import type { OffsetHistory } from '../../record/run-record.ts';
import { newestOf } from '../../record/sample-parts.ts';
import { CurveRoom, curveColumns, timeOf, withoutInert } from '../offset-curves.ts';
import { commitRhythm, isPace, paceOf, type NoPace, type Pace } from './pace.ts';
import { drawnTogether, paceVariance, type PaceVariance } from './pace-variance.ts';
import { studentTCdf } from './student-t.ts';

/** How likely the truth is to lie between the two bounds of a forecast. */
export const forecastConfidence = 0.9;

export type DrainForecast = {
  /** The reading it was made after, on the run's clock. */
  readonly atMs: number;
  readonly lagMessages: number;
  /** From then until everything is consumed, if nothing more arrives: median, and bounds of the 90 % interval. */
  readonly restMs: number;
  readonly restLowMs: number;
  readonly restHighMs: number;
  /** The partition that is expected to be last; null where nothing waits. */
  readonly slowestPartition: number | null;
};

export type NoForecast = {
  readonly atMs: number | null;
  readonly reason: NoPace;
  /** The partition that stands in the way; null where there is no reading at all. */
  readonly partition: number | null;
};

/** Partitions with the same answer are worked on by the same member, one after the other. */
export type WorkerOf = (partition: number) => string;

/**
 * When the backlog of one group and topic will be gone, from the readings given. Each worker has its backlog B and its
 * pace μ, and takes B / μ; the slowest decides. The logarithm of that time has Student's t distribution around it, with
 * the variance of the measured pace and of the pace to come. Without `workerOf` nobody knows which partitions share a
 * worker, and so get faster when others are done: the bounds then hold for all of them alone and all of them shared.
 */
export const forecastDrain = (
  histories: readonly OffsetHistory[],
  workerOf?: WorkerOf,
): DrainForecast | NoForecast => {
  if (workerOf !== undefined) return forecastBy(histories, workerOf);
  const alone = forecastBy(histories, String);
  const shared = forecastBy(histories, () => '');
  if ('reason' in alone || 'reason' in shared) return 'reason' in alone ? alone : shared;
  const [low, high] = alone.restMs < shared.restMs ? [alone, shared] : [shared, alone];
  return {
    ...alone,
    restMs: Math.sqrt(low.restMs * high.restMs),
    restLowMs: Math.min(low.restLowMs, high.restLowMs),
    restHighMs: Math.max(low.restHighMs, high.restHighMs),
  };
};

/** One that has work waiting, as far as is known. */
type Worker = {
  readonly partitions: readonly OffsetHistory[];
  /** Looked at only where it has no pace. */
  readonly commits: ReturnType<typeof commitRhythm>;
  readonly lag: number;
  readonly pace: Pace | NoPace;
};

const forecastBy = (histories: readonly OffsetHistory[], workerOf: WorkerOf): DrainForecast | NoForecast => {
  const shares = [...Map.groupBy(withoutInert(histories), ({ partition }) => workerOf(partition)).values()];
  const examined = shares.map(examine);
  const atMs = Math.max(...examined.map(({ lastMs }) => lastMs ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(atMs)) return { atMs: null, reason: 'too-few-samples', partition: null };
  const waiting = examined.map(({ worker }) => worker).filter((worker) => worker !== undefined);
  const paces = waiting.map(({ pace }) => pace).filter(isPace);
  const variance = paceVariance(paces);
  const drawn = drawnTogether(paces, variance);
  const usual = usualPace(drawn);
  const rests: Rest[] = [];
  for (const worker of waiting) {
    const pace = isPace(worker.pace) ? (drawn[paces.indexOf(worker.pace)] ?? worker.pace) : worker.pace;
    const rest = restOf({ ...worker, pace }, variance, usual);
    if (typeof rest === 'string') return { atMs, reason: rest, partition: mostLagged(worker) };
    rests.push(rest);
  }
  const slowest = rests.toSorted((left, right) => right.middleMs - left.middleMs)[0];
  const quantile = (q: number): number => quantileOfSlowest(rests, q);
  return {
    atMs,
    lagMessages: waiting.reduce((sum, { lag }) => sum + lag, 0),
    restMs: quantile(0.5),
    restLowMs: quantile((1 - forecastConfidence) / 2),
    restHighMs: quantile((1 + forecastConfidence) / 2),
    slowestPartition: slowest === undefined ? null : mostLagged(slowest.worker),
  };
};

/**
 * A forecast goes by the newest readings, an hour of them at one a second: what a worker did before says little of its pace, and
 * a day of it takes long to look at.
 */
const mostReadings = 3600;

/** Of an hour of readings of many workers only what is made of a curve is kept. */
const room = new CurveRoom();

type Examined = {
  /** When it was read last; undefined where it never was. */
  readonly lastMs: number | undefined;
  /** undefined where nothing waits for it. */
  readonly worker: Worker | undefined;
};

const examine = (partitions: readonly OffsetHistory[]): Examined => {
  const recent = partitions.map((each) => ({ ...each, samples: newestOf(each.samples, mostReadings) }));
  const curve = curveColumns(recent, { room });
  const last = curve.length - 1;
  const lastMs = last < 0 ? undefined : timeOf(curve, last);
  const lag = Math.round(((curve.lagLow[last] ?? Number.NaN) + (curve.lagHigh[last] ?? Number.NaN)) / 2);
  if (lag === 0) return { lastMs, worker: undefined };
  const pace = paceOf(curve);
  const commits = isPace(pace) ? undefined : commitRhythm(curve);
  return { lastMs, worker: { partitions, commits, lag, pace } };
};

const lastLag = ({ samples }: OffsetHistory): number => {
  const last = samples.at(-1);
  return last === undefined ? 0 : Number(last.end - (last.committedAfter ?? last.logStart ?? last.end));
};

const mostLagged = ({ partitions }: Worker): number | null =>
  partitions.toSorted((left, right) => lastLag(right) - lastLag(left))[0]?.partition ?? null;

/** The time that one worker still needs, as a distribution. */
type Rest = {
  readonly worker: Worker;
  readonly middleMs: number;
  /** Chance that it needs no longer than this. */
  readonly cdf: (ms: number) => number;
};

const restOf = (worker: Worker, variance: PaceVariance, usual: Pace | undefined): Rest | NoPace => {
  const { lag, commits } = worker;
  if (!isPace(worker.pace) && commits !== undefined && lag <= 1.5 * commits.step) {
    // It keeps up: what is there waits for the next commit.
    return { worker, middleMs: commits.gapMs / 2, cdf: (ms) => Math.min(1, Math.max(0, ms / commits.gapMs)) };
  }
  const pace = worker.pace === 'too-few-samples' ? (usual ?? worker.pace) : worker.pace;
  if (!isPace(pace)) return pace;
  const middleMs = restBy(pace, lag);
  const spread = Math.sqrt(variance.ofRest(pace, middleMs));
  return {
    worker,
    middleMs,
    cdf: (ms) => (ms <= 0 ? 0 : studentTCdf(Math.log(ms / middleMs) / spread, variance.degrees)),
  };
};

/**
 * The lag is what stood at the last commit, and is worked off at B / μ after that; on the average half a commit interval
 * goes by until this is committed too.
 */
const restBy = ({ perSecond, sinceCommitMs, commitGapMs, readingGapMs }: Pace, lag: number): number =>
  Math.max((lag * 1000) / perSecond - sinceCommitMs + commitGapMs / 2, (commitGapMs + readingGapMs) / 4, 1);

/** Workers of one group do the same work: one that has not worked for long enough is taken to be as fast as the others. */
const usualPace = (paces: readonly Pace[]): Pace | undefined =>
  paces.toSorted((left, right) => left.perSecond - right.perSecond)[paces.length >> 1];

/**
 * How much of what is not known of the workers is common to them: they run the same code against the same database, and the
 * spread of their paces is one estimate. Taken for independent, the slowest of many is foretold to be an unlucky one every time.
 */
const commonShare = 0.5;

/**
 * The slowest of several. Were they independent, its distribution would be the product of theirs; did they all depend on the
 * same, the least of theirs (Fréchet's bounds of what positive dependence can do). It is taken between both.
 */
const quantileOfSlowest = (rests: readonly Rest[], q: number): number => {
  if (rests.length === 0) return 0;
  const chance = (ms: number): number => {
    const chances = rests.map(({ cdf }) => cdf(ms));
    const least = Math.min(...chances);
    const others = chances.reduce((product, each) => product * each, 1) / least;
    return least === 0 ? 0 : least * others ** (1 - commonShare);
  };
  let low = 0;
  let high = Math.max(...rests.map(({ middleMs }) => middleMs));
  for (let doubled = 0; chance(high) < q && doubled < 60; doubled += 1) high *= 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (chance(middle) < q) low = middle;
    else high = middle;
  }
  return high;
};
