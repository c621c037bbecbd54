import type { BrokerAddress } from './broker-link.ts';
import { openCluster, type Cluster } from './cluster.ts';
import { readGroups, type GroupReads } from './read-groups.ts';
import { readOffsets, type OffsetReads } from './read-offsets.ts';
import { readTails, type TailReads } from './read-tail.ts';
import { isMissing, type TopicMetadata } from './requests/metadata.ts';
import { askTopicConfig } from './requests/topic-configs.ts';
import { noSecurity, type KafkaSecurity } from './security.ts';

/**
 * Reads a cluster; joins no group and commits nothing. What cannot be read of one group or partition is said for that one, and
 * leaves the others alone.
 */
export type KafkaReader = GroupReads &
  OffsetReads &
  TailReads & {
    /** All of them, internal ones marked. */
    topics(): Promise<readonly TopicMetadata[]>;
    /** Those of the named that exist. */
    topicsNamed(names: readonly string[]): Promise<readonly TopicMetadata[]>;
    /** `cleanup.policy` and its like, by topic; null where the broker does not let us see it. */
    topicConfig(setting: string, topics: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
    /** Those that belonged to the cluster when topics were last asked for, by id. */
    brokers(): ReadonlyMap<number, BrokerAddress>;
    /** For requests of others' own. */
    readonly cluster: Cluster;
    close(): Promise<void>;
  };

export type KafkaReaderOptions = {
  readonly brokers: readonly string[];
  readonly security?: KafkaSecurity | undefined;
  /** Longest wait for one request, in ms. */
  readonly requestTimeoutMs?: number;
};

/** Connects; a cluster that refuses or does not answer within about 10 s is a KnownError. */
export const connectKafka = async ({
  brokers,
  security = noSecurity,
  requestTimeoutMs = 5000,
}: KafkaReaderOptions): Promise<KafkaReader> => {
  const cluster = await openCluster({ brokers, security, requestTimeoutMs });
  return {
    ...readGroups(cluster),
    ...readOffsets(cluster),
    ...readTails(cluster),
    topics: async () => (await cluster.metadata(undefined)).topics,
    topicsNamed: async (names) => (await cluster.metadata(names)).topics.filter((topic) => !isMissing(topic)),
    topicConfig: (setting, topics) => cluster.ask((link) => askTopicConfig(link, setting, topics)),
    brokers: () => cluster.brokers(),
    cluster,
    close: () => cluster.close(),
  };
};
