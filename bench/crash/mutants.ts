import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../random.ts';
import type { Violation } from './invariants.ts';
import type { Kill } from './kill-plan.ts';
import { rehearse, type Rehearsal } from './rehearsal.ts';
import type { Servers } from './servers.ts';

/** One guard of the service or the store, taken out, and the crashes that must then turn the soak red. */
export type Mutant = {
  readonly id: string;
  /** What is taken out, in a few words. */
  readonly without: string;
  /** Replacements in a copy of the service; each text stands there exactly once. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** Taken out of the store. */
  readonly storeSql?: readonly string[];
  readonly kills: readonly Kill[];
  /** What must break; any one of them shows that the guard was missed. */
  readonly breaks: readonly Violation[];
};

const at = (victim: Kill['victim'], name: string, pass = 1): Kill => ({
  victim,
  at: { kind: 'failpoint', name: name as 'failpoint.admitted', pass },
  together: undefined,
  downMs: 0,
  losesData: false,
});
const anyTime = (victim: Kill['victim'], more: Partial<Kill> = {}): Kill => ({
  victim,
  at: { kind: 'random', afterMs: 300 },
  together: undefined,
  downMs: 0,
  losesData: false,
  ...more,
});
const redelivering: readonly Kill[] = [
  at('consumer', 'failpoint.rows-committed'),
  at('relay', 'failpoint.acknowledged'),
];
const noUniqueness = [
  'ALTER TABLE coupons DROP CONSTRAINT coupons_pkey',
  'ALTER TABLE coupons DROP CONSTRAINT coupons_event_id_user_id_key',
  'ALTER TABLE coupons DROP CONSTRAINT coupons_event_id_serial_key',
];

/**
 * Guards back each other up: where one alone can be missed without harm (Postgres lets no second row through
 * that Redis would not admit anyway, and one of its keys stands in for another), it is taken out together
 * with those behind it.
 */
export const mutants: readonly Mutant[] = [
  {
    id: 'user-twice',
    without: 'one coupon per user, in Redis and in Postgres',
    edits: [
      {
        file: 'admission/redis-scripts.ts',
        find: "  local held = redis.call('HGET', KEYS[2], user)\n  local answer",
        replace: '  local held = false\n  local answer',
      },
    ],
    storeSql: noUniqueness,
    kills: [anyTime('api')],
    breaks: ['duplicate'],
  },
  {
    id: 'no-stock',
    without: 'the stock, in Redis and in Postgres',
    edits: [
      {
        file: 'admission/redis-scripts.ts',
        find: "elseif freed == 0 and highest >= stock then answer = {'sold-out'}",
        replace: "elseif freed == 0 and highest >= stock + 50 then answer = {'sold-out'}",
      },
    ],
    storeSql: [
      'ALTER TABLE coupons DROP CONSTRAINT coupons_serial_within_stock',
      'UPDATE coupon_events SET stock = stock + 50',
    ],
    kills: [anyTime('api')],
    breaks: ['oversold', 'lost'],
  },
  {
    id: 'no-stock-in-redis',
    without: 'the stock in Redis',
    edits: [
      {
        file: 'admission/redis-scripts.ts',
        find: "elseif freed == 0 and highest >= stock then answer = {'sold-out'}",
        replace: "elseif freed == 0 and highest >= stock + 50 then answer = {'sold-out'}",
      },
    ],
    kills: [anyTime('api')],
    breaks: ['lost'],
  },
  {
    id: 'no-outbox',
    without: 'the outbox entry in the step that admits',
    edits: [
      {
        file: 'admission/redis-scripts.ts',
        find: "    redis.call('XADD', KEYS[3], '*', 'user', user, 'serial', serial, 'at', stamp)\n",
        replace: '',
      },
      {
        file: 'admission/redis.ts',
        find: '      return users.map((user, index) => decisionOf(event.id, user, answers[index] ?? []));\n    } catch',
        replace: `      await new Promise((resolve) => setTimeout(resolve, 200));
      const decisions = users.map((user, index) => decisionOf(event.id, user, answers[index] ?? []));
      for (const each of decisions) {
        if (each.kind !== 'admitted') continue;
        const { userId, serial, acceptedAt } = each.coupon;
        await client.xadd(keys.outbox, '*', 'user', userId, 'serial', serial, 'at', Date.parse(acceptedAt));
      }
      return decisions;
    } catch`,
      },
    ],
    kills: [anyTime('api'), anyTime('api'), anyTime('api')],
    breaks: ['lost', 'under-issued'],
  },
  {
    id: 'ack-before-produce',
    without: 'the order: first to the broker, then out of the outbox',
    edits: [
      {
        file: 'relay/relay.ts',
        find: '        await deliver(entries);',
        replace: `        await outbox.acknowledge(entries);
        faults.pass('failpoint.acknowledged');
        await deliver(entries);`,
      },
    ],
    kills: [at('relay', 'failpoint.acknowledged')],
    breaks: ['lost'],
  },
  {
    id: 'compensate-unknown',
    without: 'the rule that a request without an answer is never compensated',
    edits: [
      {
        file: 'relay/relay.ts',
        find: "      if (outcome.kind === 'refused') return false;",
        replace: `      if (outcome.kind === 'refused') return false;
      for (const entry of entries) await outbox.revoke(entry).catch(() => undefined);
      if (entries.length > 0) return true;`,
      },
    ],
    kills: [anyTime('broker')],
    breaks: ['lost', 'phantom'],
  },
  {
    id: 'commit-before-rows',
    without: 'the order: first the rows, then the offsets',
    edits: [
      {
        file: 'consume/write-delivery.ts',
        find: "    parts.faults.pass('failpoint.before-rows');\n",
        replace: `    const first = batch.at(-1);
    if (first !== undefined) await delivery.settle(first.offset);
    await new Promise((resolve) => setTimeout(resolve, 500));
    parts.faults.pass('failpoint.before-rows');
`,
      },
    ],
    kills: [at('consumer', 'failpoint.before-rows'), at('consumer', 'failpoint.before-rows')],
    breaks: ['lost'],
  },
  {
    id: 'no-dedupe',
    without: 'the keys of the store',
    edits: [],
    storeSql: noUniqueness,
    kills: redelivering,
    breaks: ['duplicate'],
  },
  {
    id: 'open-after-restart',
    without: 'the comparison of the ledger after a restart of Redis',
    edits: [
      {
        file: 'admission/redis-ledger.ts',
        find: '    const unread = await sources.unread();',
        replace: '    const unread: readonly Coupon[] = [];',
      },
      {
        file: 'admission/redis-ledger.ts',
        find: '    for await (const coupons of sources.stored()) {',
        replace: '    for (const coupons of [] as (readonly Coupon[])[]) {',
      },
    ],
    kills: [anyTime('redis', { losesData: true })],
    breaks: ['lost', 'duplicate'],
  },
];

/** A copy of the service with the mutant's edits; beside the project's node_modules, so that it finds its packages. */
const writeMutant = async (root: string, { id, edits }: Mutant): Promise<string> => {
  const folder = join(root, '.lagline', 'mutants', id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'reference-service'), folder, { recursive: true });
  for (const { file, find, replace } of edits) {
    const path = join(folder, file);
    const source = await readFile(path, 'utf8');
    const places = source.split(find).length - 1;
    if (places !== 1)
      throw new Error(`mutant ${id}: the text to replace in ${file} stands there ${places} times`);
    await writeFile(
      path,
      source.replace(find, () => replace),
    );
  }
  return join(folder, 'main.ts');
};

/** Lets the mutant's crashes happen, and answers what they did to the promises. */
export const rehearseMutant = async (
  mutant: Mutant,
  { root, servers, random }: { root: string; servers: Servers; random: Random },
): Promise<Rehearsal> =>
  rehearse({
    servers,
    name: `without-${mutant.id}`,
    kills: mutant.kills,
    random,
    couponsPerKill: 100,
    entry: await writeMutant(root, mutant),
    // The windows are the same ones, and three processes take three times as long to start.
    inOneProcess: true,
    storeSql: mutant.storeSql,
    quietWithinMs: 20_000,
  });

export const removeMutants = (root: string): Promise<void> =>
  rm(join(root, '.lagline', 'mutants'), { recursive: true, force: true });
