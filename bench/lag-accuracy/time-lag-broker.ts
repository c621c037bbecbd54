import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKafka, type KafkaReader } from '../../core/kafka/kafka-reader.ts';
import { narrowByTime } from '../../core/sampling/time-search.ts';
import { startBroker } from '../../core/stack/broker.ts';
import { stopMember } from '../../core/stack/member.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { createRandom } from '../random.ts';
import { digits, quantileOf } from '../statistics.ts';
import type { Part } from './part.ts';

const partitions = 12;
const topic = 'orders';

/** What the two ways of asking a broker for the time of a message answer, against the times that were written, and what they take. */
export const timeLagBroker: Part = {
  name: 'time-lag-broker',
  run: async ({ seed, short, say }) => {
    const dir = await mkdtemp(join(tmpdir(), 'lagline-time-lag-'));
    const [java, kafka] = [
      await javaTool(systemContext()).ensure(),
      await kafkaTool(systemContext()).ensure(),
    ];
    const broker = await startBroker({ dir: join(dir, 'broker'), java, kafka, guarded: true });
    try {
      const written = await fill(broker.address, short ? 2000 : 20_000);
      const reader = await connectKafka({ brokers: [broker.address] });
      try {
        return await measure(reader, written, { seed, rounds: short ? 50 : 500, say });
      } finally {
        await reader.close();
      }
    } finally {
      await stopMember(broker);
      await rm(dir, { recursive: true, force: true });
    }
  },
};

/** Times of the messages, by partition and offset. */
const fill = async (address: string, perPartition: number): Promise<number[][]> => {
  const writer = await connectKafkaWriter(address);
  try {
    await writer.createTopic(topic, partitions);
    const startMs = Date.now() - 3_600_000;
    const written: number[][] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      const times = Array.from({ length: perPartition }, (_, index) => startMs + 17 * index + partition);
      for (let at = 0; at < times.length; at += 500)
        await writer.produceAt(topic, partition, times.slice(at, at + 500));
      written.push(times);
    }
    return written;
  } finally {
    await writer.close();
  }
};

const measure = async (
  reader: KafkaReader,
  written: readonly (readonly number[])[],
  { seed, rounds, say }: { seed: number; rounds: number; say: (line: string) => void },
) => {
  const random = createRandom(seed);
  const taken = { ends: [] as number[], fetch: [] as number[], list: [] as number[] };
  const timed = async <T>(into: number[], work: () => Promise<T>): Promise<T> => {
    const fromMs = performance.now();
    const answer = await work();
    into.push(performance.now() - fromMs);
    return answer;
  };
  const all = written.map((_, partition) => ({ topic, partition }));
  const [byRecord, byList] = [
    { right: 0, all: 0 },
    { right: 0, all: 0 },
  ];
  let requests = 0;
  const counted: Pick<KafkaReader, 'offsetsAt'> = {
    offsetsAt: (questions) => {
      requests += 1;
      return timed(taken.list, () => reader.offsetsAt(questions));
    },
  };
  for (let round = 0; round < rounds; round += 1) {
    await timed(taken.ends, () => reader.ends(all, { logStart: true, highWatermark: true }));
    const questions = written.map((times, partition) => ({
      topic,
      partition,
      offset: BigInt(random.integer(0, times.length - 1)),
    }));
    const truth = questions.map(({ partition, offset }) => written[partition]?.[Number(offset)]);
    const stamped = await timed(taken.fetch, () => reader.timesAt(questions));
    stamped.forEach((answer, index) => {
      byRecord.all += 1;
      if ('time' in answer && answer.time?.lowMs === truth[index] && answer.time?.highMs === truth[index])
        byRecord.right += 1;
    });
    const found = await narrowByTime(
      counted,
      questions.map(({ offset, partition }) => ({
        of: { topic, partition },
        offset,
        end: BigInt(written[partition]?.length ?? 0),
        search: undefined,
      })),
      { nowEpochMs: Date.now(), rounds: 60 },
    );
    found.forEach(({ below }, index) => {
      byList.all += 1;
      if (below?.offset === questions[index]?.offset && below?.ms === truth[index]) byList.right += 1;
    });
  }
  const shown = (values: readonly number[]): string =>
    [0.5, 0.95, 1].map((q) => digits(2)(quantileOf(values, q))).join(' / ');
  say(`${partitions} partitions of one leader, p50 / p95 / max in ms:`);
  say(`  bounds of their logs, 3 requests   ${shown(taken.ends)}`);
  say(`  records at an offset, 1 Fetch      ${shown(taken.fetch)}`);
  say(`  offsets by time, 1 ListOffsets     ${shown(taken.list)}`);
  say(
    `  ListOffsets until each time is known exactly, from nothing: ${digits(1)(requests / rounds)} requests`,
  );
  return [
    {
      what: 'time lag, real broker: times of records that are those written',
      seen: `${byRecord.right} of ${byRecord.all}`,
      target: 'all',
      isMet: byRecord.all > 0 && byRecord.right === byRecord.all,
    },
    {
      what: 'time lag, real broker: times found by ListOffsets that are those written',
      seen: `${byList.right} of ${byList.all}`,
      target: 'all',
      isMet: byList.all > 0 && byList.right === byList.all,
    },
  ];
};
