import { KnownError, messageOf } from '../errors.ts';
import { openLink, type BrokerAddress, type BrokerLink } from './broker-link.ts';
import { explainFailure } from './explain-failure.ts';
import { askMetadata, type ClusterMetadata } from './requests/metadata.ts';
import type { KafkaSecurity } from './security.ts';

/** The brokers of a cluster, by id, over connections that are made when they are needed and kept. */
export type Cluster = {
  /** Asks a broker that answers, whichever it is: one after the other until one does. Throws a KnownError where none does. */
  ask<T>(request: (link: BrokerLink) => Promise<T>): Promise<T>;
  /** Asks the broker of that id; rejects with its name where it does not answer. */
  askBroker<T>(id: number, request: (link: BrokerLink) => Promise<T>): Promise<T>;
  /** Those that belong to the cluster, as of the newest answer. */
  brokers(): ReadonlyMap<number, BrokerAddress>;
  /** Asks anew; also what `brokers` knows is then up to date. */
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

/** A broker that let us wait for longer than this is not asked again at once: the others would be waited for with it. */
const longFailureMs = 1000;
const leftAloneMs = 5000;

/** Connects to the first broker that answers; throws a KnownError where none does. */
export const openCluster = async (
  options: ClusterOptions,
  nowMs: () => number = () => performance.now(),
): Promise<Cluster> => {
  const { security, requestTimeoutMs } = options;
  const links = new Map<string, Promise<BrokerLink>>();
  const silent = new Map<string, { readonly untilMs: number; readonly error: unknown }>();
  const seeds = options.brokers.map(addressOf);
  let known: ReadonlyMap<number, BrokerAddress> = new Map();
  /** Who answered last. */
  let preferred: BrokerAddress | undefined;
  let isClosed = false;

  const linkTo = async (address: BrokerAddress): Promise<BrokerLink> => {
    const key = keyOf(address);
    const kept = links.get(key);
    const open = await kept?.catch(() => undefined);
    if (open?.isOpen === true) return open;
    // Another caller may have begun anew meanwhile.
    const begun = links.get(key);
    if (begun !== undefined && begun !== kept) return begun;
    void open?.close();
    // Whoever is still asking would connect anew, and nobody would close that.
    if (isClosed) throw new Error('the connections to the cluster are closed');
    const link = openLink({ address, security, requestTimeoutMs });
    link.catch(() => {});
    links.set(key, link);
    return link;
  };

  const askAt = async <T>(address: BrokerAddress, request: (link: BrokerLink) => Promise<T>): Promise<T> => {
    const key = keyOf(address);
    const startedMs = nowMs();
    const rest = silent.get(key);
    if (rest !== undefined && startedMs < rest.untilMs) throw rest.error;
    try {
      const answer = await request(await linkTo(address));
      silent.delete(key);
      return answer;
    } catch (error) {
      if (known.size > 1 && nowMs() - startedMs >= longFailureMs)
        silent.set(key, { untilMs: nowMs() + leftAloneMs, error });
      throw error;
    }
  };

  const ask = async <T>(request: (link: BrokerLink) => Promise<T>): Promise<T> => {
    const problems: unknown[] = [];
    const candidates = [...(preferred === undefined ? [] : [preferred]), ...known.values(), ...seeds];
    for (const address of new Map(candidates.map((each) => [keyOf(each), each])).values()) {
      try {
        const answer = await askAt(address, request);
        preferred = address;
        return answer;
      } catch (error) {
        // An answer that cannot be read is no broker that is away.
        if (error instanceof RangeError) throw error;
        problems.push(error);
      }
    }
    throw explainFailure(options.brokers, problems, security);
  };

  const cluster: Cluster = {
    ask,
    askBroker: async (id, request) => {
      const address = known.get(id);
      if (address === undefined) throw new Error(`there is no broker with the id ${id}`);
      try {
        return await askAt(address, request);
      } catch (error) {
        throw new Error(`broker ${id} (${keyOf(address)}): ${reasonOf(error)}`, { cause: error });
      }
    },
    brokers: () => known,
    metadata: async (topics) => {
      const answer = await ask((link) => askMetadata(link, topics));
      known = answer.brokers;
      return answer;
    },
    close: async () => {
      isClosed = true;
      await Promise.all(
        [...links.values()].map(async (link) => (await link.catch(() => undefined))?.close()),
      );
    },
  };
  try {
    const { brokers } = await cluster.metadata([]);
    if (brokers.size === 0) throw new Error('it answers, but names no broker');
  } catch (error) {
    await cluster.close();
    throw error instanceof KnownError ? error : explainFailure(options.brokers, [error], security);
  }
  return cluster;
};

const keyOf = ({ host, port }: BrokerAddress): string => `${host}:${port}`;

const addressOf = (broker: string): BrokerAddress => {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(broker) ?? [];
  return { host, port: Number(port) };
};

const reasonOf = (error: unknown): string =>
  messageOf(error)
    .replace(/^(Connection error: |Failed to connect: )/, '')
    .slice(0, 300);
