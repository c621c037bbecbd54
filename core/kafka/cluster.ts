import { KnownError, messageOf } from '../errors.ts';
import { openLink, type BrokerAddress, type BrokerLink } from './broker-link.ts';
import { explainFailure } from './explain-failure.ts';
import { askMetadata, type ClusterMetadata } from './requests/metadata.ts';
import type { KafkaSecurity } from './security.ts';

/** The brokers of a cluster, by id, over connections that are made when they are needed and kept. */
export type Cluster = {
  /** A broker that answers, whichever it is. */
  any(): Promise<BrokerLink>;
  /** Rejects where it cannot be reached. */
  broker(id: number): Promise<BrokerLink>;
  brokers(): readonly number[];
  /** Asks anew; also what `broker` knows is then up to date. */
  metadata(topics: readonly string[] | undefined): Promise<ClusterMetadata>;
  close(): Promise<void>;
};

export type ClusterOptions = {
  /** `host:port` of brokers to begin with. */
  readonly brokers: readonly string[];
  readonly security: KafkaSecurity;
  /** Longest wait for one answer, in ms. */
  readonly requestTimeoutMs: number;
};

/** Connects to the first broker that answers; throws a KnownError where none does. */
export const openCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { security, requestTimeoutMs } = options;
  const links = new Map<string, Promise<BrokerLink>>();
  let known: ReadonlyMap<number, BrokerAddress> = new Map();

  const linkTo = async (address: BrokerAddress): Promise<BrokerLink> => {
    const key = `${address.host}:${address.port}`;
    const kept = links.get(key);
    const open = await kept?.catch(() => undefined);
    if (open?.isOpen === true) return open;
    // Another caller may have begun anew meanwhile.
    const begun = links.get(key);
    if (begun !== undefined && begun !== kept) return begun;
    void open?.close();
    const link = openLink({ address, security, requestTimeoutMs });
    link.catch(() => {});
    links.set(key, link);
    return link;
  };

  const bootstrap = async (): Promise<BrokerLink> => {
    const problems: unknown[] = [];
    const addresses = [...known.values(), ...options.brokers.map(addressOf)];
    for (const address of addresses) {
      try {
        return await linkTo(address);
      } catch (error) {
        problems.push(error);
      }
    }
    throw explainFailure(options.brokers, problems, security);
  };

  const metadata = async (topics: readonly string[] | undefined): Promise<ClusterMetadata> => {
    const answer = await askMetadata(await bootstrap(), topics);
    known = answer.brokers;
    return answer;
  };

  const cluster: Cluster = {
    any: bootstrap,
    broker: (id) => {
      const address = known.get(id);
      return address === undefined
        ? Promise.reject(new Error(`there is no broker with the id ${id}`))
        : linkTo(address);
    },
    brokers: () => [...known.keys()],
    metadata,
    close: async () => {
      await Promise.all(
        [...links.values()].map(async (link) => (await link.catch(() => undefined))?.close()),
      );
    },
  };
  try {
    const { brokers } = await metadata([]);
    if (brokers.size === 0) throw new Error('it answers, but names no broker');
  } catch (error) {
    await cluster.close();
    throw error instanceof KnownError ? error : explainFailure(options.brokers, [error], security);
  }
  return cluster;
};

const addressOf = (broker: string): BrokerAddress => {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? [];
  return { host, port: Number(port) };
};

export const reasonOf = (error: unknown): string =>
  messageOf(error)
    .replace(/^(Connection error: |Failed to connect: )/, '')
    .slice(0, 300);
