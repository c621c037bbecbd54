// `npm run -s bench:service-consumer`: rows per second that the reference service's consumer writes, beside what the
// same Postgres takes of the same rows by plain multi-row INSERT and by COPY into a table with the same constraints.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { stopMember } from '../core/stack/member.ts';
import { startPostgres } from '../core/stack/postgres.ts';
import { systemContext } from '../core/tools/context.ts';
import { postgresTool } from '../core/tools/postgres.ts';
import { issueIdOf, type Coupon } from '../reference-service/coupon.ts';
import { openPostgresStore } from '../reference-service/store/postgres.ts';
import { benchArguments } from './arguments.ts';
import { contestants, type Contestant, type Partition } from './consumer/contestants.ts';
import { printGoals } from './goals.ts';
import { requireIdle } from './idle.ts';
import { createRandom } from './random.ts';

const { seed, short } = benchArguments();
const rounds = short ? 5 : 11;
const rowCount = short ? 15_000 : 60_000;
const partitionCount = 3;
/** That of profile `healthy`. */
const batchSize = 500;
const stock = 1_000_000;
const target = 0.7;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Users come in no order, serials in that of admission, spread over the partitions as by a hash. */
const drawPartitions = (): Partition[] => {
  const random = createRandom(seed);
  const parts = Array.from({ length: partitionCount }, (): Coupon[] => []);
  for (let serial = 1; serial <= rowCount; serial += 1) {
    const userId = `user-${random.integer(0, 2 ** 31)}-${serial}`;
    const acceptedAt = new Date(Date.UTC(2026, 0, 1) + serial).toISOString();
    parts[random.integer(0, partitionCount - 1)]?.push({
      issueId: issueIdOf('bench', userId),
      eventId: 'bench',
      userId,
      serial,
      acceptedAt,
    });
  }
  return parts.map((coupons) => ({
    coupons,
    records: coupons.map((coupon, index) => ({
      offset: String(index),
      key: Buffer.from(coupon.userId),
      value: Buffer.from(JSON.stringify(coupon)),
    })),
  }));
};

const rowsPerSecond = async (
  contestant: Contestant,
  partitions: readonly Partition[],
  client: Client,
): Promise<number> => {
  await client.query(`TRUNCATE coupons, equal`);
  await client.query('CHECKPOINT');
  const startedMs = performance.now();
  await contestant.write(partitions);
  const tookMs = performance.now() - startedMs;
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${contestant.table}`);
  if (rows[0]?.count !== String(rowCount)) {
    throw new Error(`${contestant.name} wrote ${rows[0]?.count} of ${rowCount} rows`);
  }
  return (rowCount / tookMs) * 1_000;
};

const spread = (values: readonly number[], digits: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [0, 0.5, 1].map(
    (share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0,
  );
  const text = (value: number | undefined): string =>
    (value ?? 0).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(middle).padStart(9)}   ${text(low)} – ${text(high)}`;
};

const compare = async (url: string): Promise<0 | 1> => {
  const store = await openPostgresStore(url);
  await store.openEvent({ id: 'bench', stock });
  const connections = Array.from({ length: partitionCount }, () => new Client(url));
  const [first] = connections;
  if (first === undefined) throw new Error('no connection');
  for (const each of connections) await each.connect();
  try {
    await first.query('CREATE TABLE equal (LIKE coupons INCLUDING ALL)');
    await first.query('ALTER TABLE equal ADD FOREIGN KEY (event_id) REFERENCES coupon_events');
    const all = contestants({ store, connections, stock, batchSize });
    const partitions = drawPartitions();
    const rates = new Map(all.map(({ name }): [string, number[]] => [name, []]));
    // The first round compiles and warms up, and counts for nothing.
    for (let round = 0; round <= rounds; round += 1) {
      const order = [...all.slice(round % all.length), ...all.slice(0, round % all.length)];
      for (const contestant of round % 2 === 0 ? order : order.toReversed()) {
        const rate = await rowsPerSecond(contestant, partitions, first);
        if (round > 0) rates.get(contestant.name)?.push(rate);
      }
      process.stderr.write(`round ${round} of ${rounds}\n`);
    }
    const plain = rates.get('plain multi-row INSERT') ?? [];
    const ratios = (name: string): number[] =>
      (rates.get(name) ?? []).map((rate, round) => rate / (plain[round] ?? Number.NaN));
    say(`rows/s`.padEnd(32) + '   median   low – high'.padEnd(34) + 'of plain INSERT');
    for (const { name } of all) {
      say(name.padEnd(30) + spread(rates.get(name) ?? [], 0).padEnd(34) + spread(ratios(name), 2));
    }
    const consumer = ratios('the consumer').toSorted((a, b) => a - b);
    const median = consumer[Math.floor(consumer.length / 2)] ?? 0;
    const [low, high] = [consumer[0], consumer.at(-1)].map((ratio) => ratio?.toFixed(2));
    return printGoals([
      {
        what: 'rows per second, of plain multi-row INSERT',
        seen: `${median.toFixed(2)} (${low} … ${high}) in ${rounds} rounds`,
        target: `≥ ${target}`,
        isMet: median >= target,
      },
    ]);
  } finally {
    for (const each of connections) await each.end();
    await store.close();
  }
};

await requireIdle();
const postgres = await postgresTool(systemContext()).ensure();
const dir = await mkdtemp(join(tmpdir(), 'lagline-bench-'));
const member = await startPostgres({ dir, postgres, guarded: true });
try {
  say(
    `seed ${seed} · ${rowCount} rows, ${partitionCount} partitions at once, ${batchSize} rows a batch · ` +
      `${availableParallelism()} processors`,
  );
  process.exitCode = await compare(member.address);
} finally {
  await stopMember(member);
  await rm(dir, { recursive: true, force: true });
}
