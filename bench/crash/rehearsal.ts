import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { until } from '../../fixtures/processes.ts';
import type { Random } from '../random.ts';
import { readAftermath, untilQuiet, type OwnCount } from './aftermath.ts';
import { createDatabase, runSql } from './database.ts';
import { startClients, type Clients } from './clients.ts';
import { deploy, type Deployment } from './deployment.ts';
import { countDedupes } from './dedupes.ts';
import { countViolations, type Counts } from './invariants.ts';
import { failpoints, type Failpoint, type Kill, type Victim } from './kill-plan.ts';
import type { ServerName, Servers } from './servers.ts';

/** One sale under load while its parts are killed, and what was left of the promises afterwards. */
export type Rehearsal = {
  readonly violations: Counts;
  readonly kills: number;
  /** Kills by victim; two at once count for both. */
  readonly byVictim: Readonly<Partial<Record<Victim, number>>>;
  /** Kills that certainly hit a dangerous window: the process ended at the failpoint. */
  readonly byFailpoint: Readonly<Partial<Record<Failpoint, number>>>;
  /** Restarts of Redis without its data. */
  readonly wipes: number;
  /** Users whose every answer was lost although a coupon was issued to them. */
  readonly answersLost: number;
  /** Records in the topic beyond one per coupon. */
  readonly copies: number;
  /** Redeliveries the store refused, as far as they were seen before the next kill. */
  readonly dedupes: number;
  readonly poison: { readonly sent: number; readonly deadLettered: number };
  readonly rows: number;
  /** False: coupons were left that nobody could ask for in time, so that nothing is known of `under-issued`. */
  readonly isSoldOut: boolean;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly own: OwnCount;
};

export type RehearsalOptions = {
  readonly servers: Servers;
  readonly name: string;
  readonly kills: readonly Kill[];
  readonly random: Random;
  /** Coupons per kill: what is promised between two kills. */
  readonly couponsPerKill: number;
  readonly entry?: string | undefined;
  /** As in `DeploymentOptions`; kills of two at once need a process per role. */
  readonly inOneProcess?: boolean | undefined;
  /** Run against the store once its tables are there, such as dropping a constraint. */
  readonly storeSql?: readonly string[] | undefined;
  /** How long all may take to arrive after the last kill, in ms; two minutes if absent. */
  readonly quietWithinMs?: number | undefined;
  readonly onKill?: ((line: string) => void) | undefined;
};

const servers: readonly Victim[] = ['redis', 'broker', 'postgres'];
const isServer = (victim: Victim): victim is ServerName => servers.includes(victim);
const endsWithinMs = 30_000;
const relayedWithinMs = 60_000;
const extraUsers = 200;
const soldOutWithinMs = 60_000;

export const rehearse = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const { servers, name, kills, random, couponsPerKill, entry, inOneProcess, storeSql = [] } = options;
  const stock = kills.length * couponsPerKill;
  const storeUrl = await createDatabase(servers.address('postgres'), name);
  const deployment = await deploy({ servers, name, stock, storeUrl, entry, inOneProcess });
  const clients = startClients({
    url: () => `${deployment.address('api')}/coupons/${name}/issue`,
    random,
    workers: 12,
    thinkMs: 100,
  });
  const dedupes = countDedupes(() => deployment.address('consumer'));
  try {
    await runSql(storeUrl, storeSql);
    const done = { byFailpoint: {} as Record<Failpoint, number>, wipes: 0, poison: 0 };
    for (const [index, kill] of kills.entries()) {
      clients.allow(Math.round((index + 1) * couponsPerKill * 0.9));
      if (index % 10 === 5) {
        await deployment.setFault('relay', 'records.poison', 2);
        done.poison += 2;
      }
      options.onKill?.(`kill ${index + 1}/${kills.length}: ${describeKill(kill)}`);
      const hit = await executeKill({ servers, deployment, clients, kill });
      if (hit !== undefined) done.byFailpoint[hit] = (done.byFailpoint[hit] ?? 0) + 1;
      if (kill.losesData) done.wipes += 1;
    }
    const isSoldOut = await sellOut(clients, stock);
    await clients.stop();
    const own = await untilQuiet(deployment, options.quietWithinMs ?? 120_000);
    const aftermath = await readAftermath(
      { servers, deployment, storeUrl },
      { clients, count: own, isSoldOut },
    );
    const withRow = new Set(aftermath.rows.map(({ userId }) => userId));
    return {
      violations: countViolations(aftermath),
      kills: kills.length,
      byVictim: countBy(kills.flatMap(({ victim, together }) => (together ? [victim, together] : [victim]))),
      byFailpoint: done.byFailpoint,
      wipes: done.wipes,
      answersLost: [...clients.told].filter(
        ([user, { promise, hasUnknown }]) => promise === undefined && hasUnknown && withRow.has(user),
      ).length,
      copies: own.produced - aftermath.ledger.length - done.poison,
      dedupes: await dedupes.stop(),
      poison: { sent: done.poison, deadLettered: own.deadLettered },
      rows: aftermath.rows.length,
      isSoldOut,
      outcomes: clients.counts(),
      own,
    };
  } finally {
    await clients.stop();
    await dedupes.stop();
    await deployment.stop();
  }
};

export const describeKill = ({ victim, at, together, downMs, losesData }: Kill): string =>
  [
    victim,
    at.kind === 'failpoint' ? `at ${at.name} (pass ${at.pass})` : `after ${at.afterMs} ms`,
    ...(together === undefined ? [] : [`with ${together}`]),
    ...(losesData ? ['losing its data'] : []),
    ...(downMs > 0 ? [`down for ${downMs} ms`] : []),
  ].join(', ');

type Scene = {
  readonly servers: Servers;
  readonly deployment: Deployment;
  readonly clients: Clients;
  readonly kill: Kill;
};

/** Kills and brings back; answers the failpoint at which the process ended by itself. */
const executeKill = async (scene: Scene): Promise<Failpoint | undefined> => {
  const { servers, deployment, clients, kill } = scene;
  const { victim, at, together, downMs, losesData } = kill;
  const end = (each: Victim): Promise<void> =>
    isServer(each) ? servers.kill9(each) : deployment.kill9(each);
  let hit: Failpoint | undefined;
  if (at.kind === 'failpoint') {
    const role = failpoints[at.name];
    await deployment.setFault(role, at.name, at.pass);
    if (await until(() => !deployment.isRunning(role), endsWithinMs)) hit = at.name;
    else await end(role);
  } else {
    await sleep(at.afterMs);
    // Redis is where a promise is kept until the broker has it: it may lose its disk only when nothing waits.
    if (losesData) await untilNothingWaits(scene);
    await Promise.all([end(victim), ...(together === undefined ? [] : [end(together)])]);
  }
  await sleep(downMs);
  const all = together === undefined ? [victim] : [victim, together];
  for (const each of all.filter(isServer)) await servers.restart(each, losesData);
  for (const each of all) if (!isServer(each)) await deployment.restart(each);
  clients.go();
  return hit;
};

const untilNothingWaits = async ({ servers, deployment, clients }: Scene): Promise<void> => {
  await clients.pause();
  const redis = new Redis(servers.address('redis'));
  try {
    const waiting = (): Promise<number> => redis.xlen(`coupon:{${deployment.eventId}}:outbox`);
    if (!(await until(async () => (await waiting()) === 0, relayedWithinMs))) {
      throw new Error(`${await waiting()} coupons still wait for the broker after ${relayedWithinMs} ms`);
    }
  } finally {
    redis.disconnect();
  }
};

/** Lets new users ask until nothing is left; false if coupons stay unasked for. */
const sellOut = async (clients: Clients, stock: number): Promise<boolean> => {
  clients.allow(stock + extraUsers);
  return until(() => (clients.counts()['sold_out'] ?? 0) >= extraUsers / 4, soldOutWithinMs);
};

const countBy = (victims: readonly Victim[]): Partial<Record<Victim, number>> =>
  Object.fromEntries(
    [...Map.groupBy(victims, (victim) => victim)].map(([victim, each]) => [victim, each.length]),
  );
