import type { Clock } from '../../../core/clock.ts';
import type { Unread } from '../../../core/kafka/router.ts';
import type { PartitionBounds } from '../../../core/kafka/topic-bounds.ts';
import { partitionKey } from '../../../core/kafka/topic-partition.ts';
import { samplesIn } from '../../../core/record/offset-samples.ts';
import type { OffsetSample } from '../../../core/record/run-record.ts';
import { readBracket, type BracketWanted } from '../../../core/sampling/offset-bracket.ts';
import { groupStatesOf, type Surroundings } from '../../../core/sampling/surroundings.ts';
import { createTailWatch } from '../../../core/sampling/tail-watch.ts';
import { createRandom } from '../../random.ts';
import {
  change,
  changeGroup,
  groupWords,
  isOnlyMarkers,
  newPartition,
  readableFrom,
  stableOffset,
} from './log-model.ts';
import type { GroupDoing, Habits, PartitionModel } from './log-model.ts';

/** What was true of a partition at the moment at which the broker looked at one of its ends. */
export type Truth = {
  readonly life: number;
  readonly logStart: number;
  readonly highWatermark: number;
  readonly stable: number;
  readonly committed: number | null;
  /** Messages that a reader of committed messages had before it; null without a commit. */
  readonly readable: number | null;
  readonly isOnlyMarkers: boolean;
};

/** One sample beside the truth. */
export type Judged = {
  readonly sample: OffsetSample;
  readonly atWatermark: Truth;
  readonly atEnd: Truth;
  readonly atStart: Truth;
  /** Between the first request and the last response. */
  readonly produced: number;
  readonly forwards: number;
  readonly backwards: number;
  readonly lives: readonly [from: number, to: number];
  /** When the group was last described. */
  readonly groupAtLook: GroupDoing;
};

/** How the reader is wrong; the bench must see each of them. */
export type Mutant =
  | 'end-before-committed'
  | 'committed-once'
  | 'no-watermark'
  | 'no-log-start'
  | 'no-group-state';

const group = 'g';
const topic = 't';

type Reader = Parameters<typeof readBracket>[0];

/** Plays one history of a broker, and reads it through lagline's own reader as it goes. */
export const readHistory = async (seed: number, mutant?: Mutant): Promise<Judged[]> => {
  const random = createRandom(seed);
  const habits: Habits = {
    isTransactional: random.next() < 0.4,
    isCompacted: random.next() < 0.2,
    readsUncommitted: random.next() < 0.5,
    troubled: random.pick([0, 0.01, 0.05]),
  };
  const changesPerMs = random.pick([0.02, 0.1, 0.5]);
  const partitions = Array.from({ length: random.integer(1, 3) }, () => newPartition(random));
  let nowMs = 0;
  const pass = (ms: number): void => {
    nowMs += ms;
    for (let left = ms * changesPerMs * 2 * random.next(); left > random.next(); left -= 1)
      change(random.pick(partitions), habits, random);
  };
  const wait = (): void => pass(random.next() < 0.05 ? 50 * random.next() : 4 * random.next());

  const truths = () => partitions.map(truthOf);
  let [atStart, atWatermark, atEnd] = [truths(), truths(), truths()];
  const committed = (): (number | null)[] => partitions.map((of) => of.committed);
  const answerCommitted = (offsets: readonly (number | null)[]): Awaited<ReturnType<Reader['committed']>> =>
    new Map([[group, new Map([[topic, new Map(offsets.map((offset, index) => [index, big(offset)]))]])]]);
  const askEnds = (): Awaited<ReturnType<Reader['endsByTopic']>> => {
    wait();
    atStart = truths();
    wait();
    atWatermark = truths();
    wait();
    atEnd = truths();
    const answers = partitions.map((of, partition): [number, PartitionBounds | Unread] => {
      const [start, watermark, end] = [atStart[partition], atWatermark[partition], atEnd[partition]];
      // Another life between two answers is one the broker refuses: the epoch of its leader is another.
      if (
        !of.isReadable ||
        !start ||
        !watermark ||
        !end ||
        start.life !== end.life ||
        watermark.life !== end.life
      )
        return [partition, { reason: 'NOT_LEADER_OR_FOLLOWER' }];
      const bounds: PartitionBounds = {
        end: BigInt(end.stable),
        highWatermark: mutant === 'no-watermark' ? null : BigInt(watermark.highWatermark),
        logStart: mutant === 'no-log-start' ? null : BigInt(start.logStart),
        leaderEpoch: end.life,
      };
      return [partition, bounds];
    });
    wait();
    return new Map([[topic, new Map(answers)]]);
  };

  const judged: Judged[] = [];
  const tails = createTailWatch(async ({ partition }, from) =>
    isOnlyMarkers(partitions[partition] as PartitionModel, Number(from)),
  );
  let doing: GroupDoing = 'consuming';
  let groupAtLook: GroupDoing = 'consuming';
  let groupStates: Surroundings['groupStates'] = new Map();
  /** More seldom than the offsets are read, as in life. */
  const lookAround = (): void => {
    groupAtLook = doing;
    if (mutant === 'no-group-state') return;
    const state = random.pick(groupWords[doing]);
    groupStates = groupStatesOf(new Map([[group, { protocol: 'classic', state, members: [] }]]));
  };
  const compactedTopics = new Set(habits.isCompacted ? [topic] : []);
  let wanted: readonly BracketWanted[] = [];
  for (let tick = 0; tick < 8; tick += 1) {
    doing = changeGroup(doing, random);
    if (tick % 2 === 0) lookAround();
    // At times nothing happens for a while, so that a rest can stand still.
    if (random.next() < 0.5) pass(100 * random.next());
    if (random.next() < 0.02 && partitions.length < 5) partitions.push(newPartition(random));
    const before = partitions.map((of) => ({ ...of }));
    let early: ReturnType<typeof askEnds> | undefined;
    let first: (number | null)[] | undefined;
    const reader: Reader = {
      committed: async () => {
        if (mutant === 'end-before-committed') early ??= askEnds();
        wait();
        const offsets = mutant === 'committed-once' ? (first ??= committed()) : committed();
        wait();
        return answerCommitted(offsets);
      },
      endsByTopic: async () => early ?? askEnds(),
    };
    const clock: Clock = { ...clockShape, elapsedMs: () => nowMs };
    // As long as nothing is added, it is asked for by the same lists, and what has not changed is kept.
    if (wanted[0]?.partitions.length !== partitions.length)
      wanted = [{ group, partitions: partitions.map((_, partition) => ({ topic, partition })) }];
    const surroundings = { groupStates, compactedTopics, addedPartitions: new Set<string>() };
    const read = await readBracket(reader, clock, wanted, surroundings).catch(() => []);
    for (const each of samplesIn(await tails(read))) {
      const [was, is] = [before[each.partition], partitions[each.partition]] as PartitionModel[];
      const at = [atStart, atWatermark, atEnd].map((list) => list[each.partition]) as [Truth, Truth, Truth];
      if (was === undefined || is === undefined) throw new Error(`no partition ${partitionKey(each)}`);
      judged.push({
        sample: each.sample,
        atStart: at[0],
        atWatermark: at[1],
        atEnd: at[2],
        produced: is.produced - was.produced,
        forwards: is.forwards - was.forwards,
        backwards: is.backwards - was.backwards,
        lives: [was.life, is.life],
        groupAtLook,
      });
    }
  }
  return judged;
};

const clockShape = {} as Clock;

const big = (offset: number | null): bigint | null => (offset === null ? null : BigInt(offset));

const truthOf = (of: PartitionModel): Truth => ({
  life: of.life,
  logStart: of.logStart,
  highWatermark: of.highWatermark,
  stable: stableOffset(of),
  committed: of.committed,
  readable: of.committed === null ? null : readableFrom(of, Math.max(of.committed, of.logStart)),
  isOnlyMarkers: of.committed !== null && isOnlyMarkers(of, of.committed),
});
