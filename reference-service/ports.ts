import type { Coupon } from './coupon.ts';

/**
 * What the service needs from the outside. Each port has one adapter per URL scheme; nothing but
 * `admission/`, `store/` and `broker/` knows which one is in use.
 */

/** What became of one request for a coupon; everything is decided in one atomic step. */
export type AdmissionDecision =
  | { readonly kind: 'admitted' | 'duplicate'; readonly coupon: Coupon }
  | { readonly kind: 'sold-out' | 'not-open' | 'over' }
  /** Nothing was decided and no stock was taken. */
  | { readonly kind: 'backlog-full' | 'unavailable'; readonly reason: string }
  /** The answer is missing: the user may have been admitted, under the id all retries have. */
  | { readonly kind: 'unknown'; readonly reason: string };

export type AdmissionCounts = {
  readonly stock: number;
  /** Coupons that hold a serial now: the clients who were told 202. */
  readonly admitted: number;
  /** Admissions taken back because the broker certainly refused their records. */
  readonly revoked: number;
  /** Admitted coupons that the broker has not acknowledged yet. */
  readonly unrelayed: number;
};

/** One admission on its way to the broker. */
export type OutboxEntry = {
  readonly id: string;
  readonly coupon: Coupon;
  /** It was handed out before, so an earlier attempt may have reached the broker. */
  readonly isRedelivered: boolean;
};

/** Admissions the broker has not acknowledged; filled in the same step that admits. */
export type OutboxPort = {
  /** Up to `maxCount` entries, earlier left ones first; empty after a short wait without any. */
  take(maxCount: number): Promise<readonly OutboxEntry[]>;
  /** Removes entries whose records the broker has. */
  acknowledge(entries: readonly OutboxEntry[]): Promise<void>;
  /** Takes back an admission that certainly reached nobody; its serial is handed out again. */
  revoke(entry: OutboxEntry): Promise<void>;
};

/** Where coupons can be read from when the ledger has to be built anew. */
export type LedgerSources = {
  /** Records of the topic that the group has not committed. Called before `stored`. */
  readonly unread: () => Promise<readonly Coupon[]>;
  /** All rows of the event, by serial, in chunks. */
  readonly stored: () => AsyncIterable<readonly Coupon[]>;
  /** Resolves when nothing is on its way to the broker. */
  readonly quiesce: () => Promise<void>;
};

/** Decides who gets a coupon and remembers it until the broker has it. */
export type AdmissionPort = {
  readonly kind: string;
  /** What this adapter, as it is set up, does not promise: one sentence each. */
  readonly caveats: readonly string[];
  readonly outbox: OutboxPort;
  admit(userId: string): Promise<AdmissionDecision>;
  /** Why nobody can be admitted; empty if somebody can. */
  obstacles(): readonly string[];
  find(userId: string): Promise<Coupon | undefined>;
  counts(): Promise<AdmissionCounts>;
  /** The ledger in chunks; order and chunk size are of no meaning. */
  entries(): AsyncIterable<readonly Coupon[]>;
  /** Which of these coupons the ledger does not hold under the same issue id. */
  missing(coupons: readonly Coupon[]): Promise<readonly Coupon[]>;
  close(): Promise<void>;
};

export type CouponRow = Coupon & { readonly persistedAt: string };

export type StoreCounts = {
  readonly rows: number;
  readonly distinctUsers: number;
  readonly distinctSerials: number;
  /** Highest serial with a row; 0 without rows. */
  readonly highestSerial: number;
};

/** What became of the coupons that were given; they are the same objects. */
export type InsertResult = {
  /** Written by this call. */
  readonly inserted: readonly Coupon[];
  /** Already there under the same issue id: a redelivery. */
  readonly redelivered: readonly Coupon[];
  /** Refused because another issue holds the user's place or the serial. */
  readonly conflicting: readonly Coupon[];
  /** Refused because the serial is beyond the event's stock. */
  readonly overAdmitted: readonly Coupon[];
  /** Refused because their event was never opened. */
  readonly unknownEvent: readonly Coupon[];
};

/**
 * The coupons that were really issued. It guards one row per issue, user and serial, and the stock, by
 * itself. Everything it is asked rejects with a StoreUnavailableError while its server cannot answer.
 */
export type StorePort = {
  readonly kind: string;
  readonly caveats: readonly string[];
  /** Makes the event known; its stock cannot shrink below a serial that was issued. */
  openEvent(event: { readonly id: string; readonly stock: number }): Promise<void>;
  /** All or nothing, in one transaction. */
  insert(coupons: readonly Coupon[], persistedAt: string): Promise<InsertResult>;
  find(eventId: string, userId: string): Promise<CouponRow | undefined>;
  counts(eventId: string): Promise<StoreCounts>;
  /** All rows of an event by serial, in chunks. */
  coupons(eventId: string): AsyncIterable<readonly Coupon[]>;
  /** Which of these issue ids have no row. */
  missing(issueIds: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
};

/**
 * `acknowledged` by all in-sync replicas; `refused`: the broker refused a record, certainly the only one
 * if there was one, and one of them otherwise; `unknown` anything between, for instance a timeout: such
 * records may be in the topic.
 */
export type ProduceOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'refused' | 'unknown'; readonly reason: string };

export type DeliveredRecord = {
  readonly offset: string;
  /** Null for a record without a value. */
  readonly value: Buffer | null;
  readonly key: Buffer | null;
};

/** Records of one partition, handed to the consumer in order. */
export type Delivery = {
  readonly partition: number;
  readonly records: readonly DeliveredRecord[];
  /** Everything up to this offset is done; it is committed within the commit interval, and when the member leaves. */
  settle(offset: string): Promise<void>;
  /** Tells the group that this member lives, without progress; call it at least every few seconds. */
  keepAlive(): Promise<void>;
  /** Notes that the consumer advances as it should, though nothing is settled yet: it waits on purpose. */
  noteProgress(): void;
  /** False as soon as the consumer is asked to stop. */
  isRunning(): boolean;
};

/** Why a record became no row. */
export const DEAD_LETTER_REASONS = ['malformed', 'conflict', 'over_admitted', 'unknown_event'] as const;

/** A record that became no row, with all that is needed to look at it or to send it again. */
export type DeadLetter = {
  readonly partition: number;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly reason: (typeof DEAD_LETTER_REASONS)[number];
};

export type BrokerState = {
  readonly producerConnected: boolean;
  readonly consumerJoined: boolean;
  /** Last time the consumer fetched or settled anything, on the monotonic clock; undefined before that. */
  readonly lastProgressMs: number | undefined;
};

/** How many records a topic holds and how far the group is, summed over partitions. */
export type TopicCounts = {
  /** Records ever appended: the sum of end offsets. */
  readonly appended: number;
  /** Records the group has committed. */
  readonly committed: number;
  /** Records readable and not committed. */
  readonly uncommitted: number;
  /** Records ever appended to the dead-letter topic. */
  readonly deadLettered: number;
};

/** The queue between admission and store. */
export type BrokerPort = {
  readonly kind: string;
  /** Sends the coupons in one request. Never rejects: the outcome holds for all of them. */
  produce(coupons: readonly Coupon[]): Promise<ProduceOutcome>;
  /** Sends a value as it is, for experiments with records that are no coupons. */
  produceRaw(values: readonly string[]): Promise<void>;
  /** Resolves once the broker has them in the dead-letter topic; rejects otherwise. */
  deadLetter(letters: readonly DeadLetter[]): Promise<void>;
  /** Joins the group and hands over deliveries until `stopConsuming`. Resolves once joined. */
  consume(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  counts(): Promise<TopicCounts>;
  /** Coupons of the records that the group has not committed; reads without joining the group. */
  unread(): Promise<readonly Coupon[]>;
  state(): BrokerState;
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
};
