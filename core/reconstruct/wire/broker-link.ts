import { openLink as openKafkaLink, type BrokerAddress } from '../../kafka/broker-link.ts';
import type { KafkaSecurity } from '../../kafka/security.ts';

export type { BrokerAddress };

/** One connection to a broker; requests may overlap, and are answered in their order. */
export type BrokerLink = {
  /** Body of the answer, behind its header. Rejects where the connection breaks or the broker is silent. */
  ask(apiKey: number, version: number, body: Buffer): Promise<Buffer>;
  close(): void;
};

/** A broker says at once who it is; reading its log may take it a while. */
const greetingMs = 5000;
const silentMs = 30_000;
/** None of the requests here is in a version with tagged fields. */
const neverFlexible = Number.POSITIVE_INFINITY;

export const openLink = async (address: BrokerAddress, security: KafkaSecurity): Promise<BrokerLink> => {
  const link = await openKafkaLink({ address, security, requestTimeoutMs: greetingMs });
  return {
    ask: (key, version, body) =>
      link.ask({
        name: `request ${key}`,
        key,
        version,
        flexibleFrom: neverFlexible,
        body,
        timeoutMs: silentMs,
      }),
    close: () => void link.close(),
  };
};
