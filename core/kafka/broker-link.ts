import Broker from 'kafkajs/src/broker/index.js';
import Connection from 'kafkajs/src/network/connection.js';
import ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { AnswerFrames } from './answer-frames.ts';
import { ByteReader } from './bytes.ts';
import type { KafkaSecurity } from './security.ts';

/*
 * The only file of lagline that imports kafkajs. Its connections bring TLS, SASL and time-outs; the requests that go over
 * them are ours, for kafkajs knows neither batched offset reads nor groups of the consumer protocol nor the read-uncommitted
 * end of a log, and fetches only as a member of a group. Nothing here joins a group or commits.
 */

export type BrokerAddress = { readonly host: string; readonly port: number };

/** One request: what it is called in Kafka's protocol, and its fields behind the header. */
export type KafkaRequest = {
  readonly name: string;
  readonly key: number;
  readonly version: number;
  /** From which version on header and fields carry tags (KIP-482). */
  readonly flexibleFrom: number;
  readonly body: Buffer;
  /** Longest wait for the answer, in ms; that of the connection unless given. */
  readonly timeoutMs?: number;
};

/** A connection to one broker. */
export type BrokerLink = {
  /** Fields of the answer, behind its header. */
  ask(request: KafkaRequest): Promise<Buffer>;
  /** Newest version of a request that the broker takes and `mine` allows; undefined where it takes none of them. */
  versionOf(key: number, mine: readonly [least: number, most: number]): number | undefined;
  readonly isOpen: boolean;
  close(): Promise<void>;
};

export type LinkOptions = {
  readonly address: BrokerAddress;
  readonly security: KafkaSecurity;
  readonly requestTimeoutMs: number;
};

const connectionTimeoutMs = 3000;
/** A broker says at once who it is, however long it may take over a request. */
const greetingTimeoutMs = 5000;
const authenticationTimeoutMs = 5000;

const quiet = { namespace: () => quiet, info: ignore, error: ignore, warn: ignore, debug: ignore };

function ignore(): void {
  // kafkajs says on its log what it also throws.
}

/*
 * A connection of kafkajs 2.2.4 looks every millisecond whether a request waits to be sent, for as long as it is open (its
 * issue 1704). Only what waits, throttled by the broker or behind others, needs to be looked after.
 */
const lookForWaiting = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) lookForWaiting.call(this);
};

const framesOf = new WeakMap<Connection, AnswerFrames>();

/*
 * kafkajs keeps all chunks of an answer until the last one has come, and then puts them together with what came behind: a second
 * time as many megabytes each second, none of which it lets go of.
 */
Connection.prototype.processData = function (this: Connection, chunk: Buffer): void {
  const { authHandlers } = this;
  if (authHandlers && !this.authExpectResponse) return authHandlers.onSuccess(chunk);
  const frames = framesOf.get(this) ?? new AnswerFrames();
  framesOf.set(this, frames);
  try {
    frames.take(chunk, (frame) => {
      if (this.authHandlers) return this.authHandlers.onSuccess(frame);
      const [size, correlationId] = [frame.length - 4, frame.readInt32BE(4)];
      this.requestQueue.fulfillRequest({ size, correlationId, payload: frame.subarray(8) });
    });
  } catch (error) {
    this.socket.destroy(error as Error);
  }
};

/** Connects and authenticates; rejects with kafkajs's own error. */
export const openLink = async ({ address, security, requestTimeoutMs }: LinkOptions): Promise<BrokerLink> => {
  const pool = new ConnectionPool({
    ...address,
    clientId: 'lagline',
    ssl: security.tls ?? null,
    sasl: saslFor(security),
    socketFactory: createSocketFactory(),
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: Math.min(greetingTimeoutMs, requestTimeoutMs),
    enforceRequestTimeout: true,
    logger: quiet,
  });
  const broker = new Broker({
    connectionPool: pool,
    logger: quiet,
    authenticationTimeout: authenticationTimeoutMs,
  });
  try {
    await broker.connect();
  } catch (error) {
    await broker.disconnect().catch(ignore);
    throw error;
  }
  // The pool would fetch over a second connection, made when it is needed: once for each fetch that is under way then, of which
  // it forgets all but the last. Those stay open, and the process with them.
  const connection = await pool.getConnection();
  return {
    ask: async ({ name, key, version, flexibleFrom, body, timeoutMs = requestTimeoutMs }) => {
      const isFlexible = version >= flexibleFrom;
      const answer = await connection.send({
        request: {
          apiKey: key,
          apiName: name,
          apiVersion: version,
          encode: () => Promise.resolve(payloadOf(isFlexible ? [noTags, body] : [body])),
        },
        response: { decode: asItIs, parse: asItIs },
        requestTimeout: timeoutMs,
        logResponseError: false,
      });
      return isFlexible ? withoutHeaderTags(answer) : answer;
    },
    versionOf: (key, [least, most]) => {
      const range = broker.versions?.[key];
      if (range === undefined) return undefined;
      const version = Math.min(most, range.maxVersion);
      return version >= Math.max(least, range.minVersion) ? version : undefined;
    },
    get isOpen() {
      return broker.isConnected();
    },
    close: () => broker.disconnect().catch(ignore),
  };
};

/** As kafkajs takes it; it keeps its authenticator in the object, which is therefore a new one. */
const saslFor = ({ sasl }: KafkaSecurity): object | null => {
  if (sasl === undefined) return null;
  return sasl.mechanism === 'oauthbearer'
    ? { mechanism: sasl.mechanism, authenticationProvider: bearer(sasl.oauthBearerProvider) }
    : { ...sasl };
};

type Ask = (message: {
  request: { encode(): Promise<Buffer> };
  response: {
    decode(raw: Buffer | null): Promise<Buffer | null>;
    parse(raw: Buffer | null): Promise<Buffer | null>;
  };
}) => Promise<Buffer | null>;

/**
 * RFC 7628. kafkajs's own does not look at the answer, in which a broker refuses a token: the next request would then be the one
 * to fail, for no reason that is told.
 */
const bearer =
  (token: () => Promise<{ readonly value: string }>) =>
  ({ saslAuthenticate }: { saslAuthenticate: Ask }) => ({
    authenticate: async (): Promise<void> => {
      const message = Buffer.from(`n,,\u0001auth=Bearer ${(await token()).value}\u0001\u0001`);
      const length = Buffer.alloc(4);
      length.writeInt32BE(message.length);
      const same = (raw: Buffer | null): Promise<Buffer | null> => Promise.resolve(raw);
      const answer = await saslAuthenticate({
        request: { encode: () => Promise.resolve(Buffer.concat([length, message])) },
        response: { decode: same, parse: same },
      });
      if (answer !== null && answer.length > 4)
        throw new Error('SASL OAUTHBEARER authentication failed: the broker does not take the token');
    },
  });

const noTags = Buffer.from([0]);

const asItIs = (raw: Buffer): Promise<Buffer> => Promise.resolve(raw);

/** What kafkajs takes for an encoder. */
const payloadOf = (parts: readonly Buffer[]): { buf: Buffer; buffer: Buffer } => {
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
};

/** Brokers send none in the header of an answer, but may. */
const withoutHeaderTags = (answer: Buffer): Buffer => {
  if (answer[0] === 0) return answer.subarray(1);
  const reader = new ByteReader(answer);
  reader.tags();
  return reader.bytes(reader.left);
};
