import { KnownError } from '../errors.ts';
import { freePorts } from '../process/free-port.ts';
import type { Begun } from './begin-stack.ts';
import { answersMetadata } from './broker-ready.ts';
import type { ProxiedListener } from './broker-config.ts';
import { startBroker } from './broker.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

/** Where the service finds its servers. */
export type Reached = { brokers: string; redis: string | undefined; postgres: string | undefined };

/** Starts the servers that there are tools for and, for faults, the proxy through which the service then reaches them. */
export const startServers = async (begun: Begun): Promise<Reached> => {
  const direct = { redis: await redisUrl(begun), postgres: await postgresUrl(begun) };
  if (!begun.options.faults) return { brokers: await brokers(begun), ...direct };
  const [listener = 0, kafka = 0, redis = 0, postgres = 0] = await freePorts(4);
  await brokers(begun, { port: listener, advertisedPort: kafka });
  begun.say('proxy');
  await startFaultProxy({
    ...begun.startOptions('proxy'),
    servers: [
      { name: 'kafka', listenPort: kafka, upstreamPort: listener },
      ...entrance('redis', redis, direct.redis),
      ...entrance('postgres', postgres, direct.postgres),
    ],
  });
  return {
    brokers: `127.0.0.1:${kafka}`,
    redis: throughPort(direct.redis, redis),
    postgres: throughPort(direct.postgres, postgres),
  };
};

const redisUrl = async (begun: Begun): Promise<string | undefined> => {
  const { redis } = begun.tools;
  if (redis === undefined) return undefined;
  begun.say('redis', `Redis ${redis.version}`);
  return (await startRedis({ ...begun.startOptions('redis'), redis })).address;
};

const postgresUrl = async (begun: Begun): Promise<string | undefined> => {
  const { postgres } = begun.tools;
  if (postgres === undefined) return undefined;
  begun.say('postgres', `Postgres ${postgres.version}`);
  return (await startPostgres({ ...begun.startOptions('postgres'), postgres })).address;
};

/** Those that were given, if they answer, else one of our own. */
const brokers = async (begun: Begun, proxied?: ProxiedListener): Promise<string> => {
  const { java, kafka } = begun.tools;
  if (java === undefined || kafka === undefined) return requireBrokers(begun.options.brokers ?? '');
  begun.say('broker', `Kafka ${kafka.version}`);
  return (await startBroker({ ...begun.startOptions('broker'), java, kafka, proxied })).address;
};

const requireBrokers = async (given: string): Promise<string> => {
  for (const broker of given.split(',')) {
    const colon = broker.lastIndexOf(':');
    if (await answersMetadata(broker.slice(0, colon).trim(), Number(broker.slice(colon + 1)))) return given;
  }
  throw new KnownError('broker-unreachable', `No Kafka broker answers at ${given}.`, {
    remedy: 'Check the addresses, or leave --brokers out to have one started.',
    facts: { brokers: given },
  });
};

const entrance = (name: string, listenPort: number, upstream: string | undefined) =>
  upstream === undefined ? [] : [{ name, listenPort, upstreamPort: Number(new URL(upstream).port) }];

const throughPort = (address: string | undefined, port: number): string | undefined => {
  if (address === undefined) return undefined;
  const url = new URL(address);
  url.port = String(port);
  return url.href;
};
