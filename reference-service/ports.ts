import type { Coupon } from './coupon.ts';

/**
 * What the service needs from the outside. Each port has one adapter per URL scheme; nothing but
 * `admission/`, `store/` and `broker/` knows which one is in use.
 */

/** What is known about one admitted coupon. */
export type LedgerEntry = {
  readonly coupon: Coupon;
  /**
   * What the client was told: `pending` nothing yet, `accepted` 202, `unknown` 503 with the outcome open,
   * `recovered` by an earlier process (found in the store or in the topic).
   */
  readonly answer: 'pending' | 'accepted' | 'unknown' | 'recovered';
  readonly persisted: boolean;
};

export type AdmissionDecision =
  | { readonly kind: 'admitted'; readonly coupon: Coupon }
  | { readonly kind: 'duplicate'; readonly entry: LedgerEntry }
  | { readonly kind: 'sold-out' }
  | { readonly kind: 'unknown-event' };

export type AdmissionCounts = {
  readonly stock: number;
  /** Coupons that hold a serial now, whatever their state. */
  readonly admitted: number;
  /** Clients told 202. */
  readonly accepted: number;
  /** Clients told that the outcome is unknown. */
  readonly unknown: number;
  readonly recovered: number;
  /** Admitted coupons whose row is not known to be in the store. */
  readonly pending: number;
};

/** Decides who gets a coupon, in one atomic step per request, and remembers what became of it. */
export type AdmissionPort = {
  readonly kind: string;
  knows(eventId: string): boolean;
  /** One per user, then stock, then the lowest free serial. */
  admit(eventId: string, userId: string, acceptedAt: string): Promise<AdmissionDecision>;
  recordAnswer(coupon: Coupon, answer: 'accepted' | 'unknown'): Promise<void>;
  /** Takes back an admission that certainly reached nobody; its serial is handed out again. */
  giveBack(coupon: Coupon): Promise<void>;
  /** Notes rows now in the store; a coupon not in the ledger enters it as recovered. */
  recordPersisted(coupons: readonly Coupon[]): Promise<void>;
  find(eventId: string, userId: string): Promise<LedgerEntry | undefined>;
  counts(eventId: string): Promise<AdmissionCounts>;
  entries(eventId: string): Promise<Iterable<LedgerEntry>>;
};

export type CouponRow = Coupon & { readonly persistedAt: string };

export type StoreCounts = {
  readonly rows: number;
  readonly distinctUsers: number;
  readonly distinctSerials: number;
  /** Highest serial with a row; 0 without rows. */
  readonly highestSerial: number;
};

export type InsertResult = {
  /** Written by this call. */
  readonly inserted: readonly Coupon[];
  /** Already there under the same issue id: a redelivery. */
  readonly redelivered: readonly Coupon[];
  /** Refused because another issue holds the user's place or the serial. */
  readonly conflicting: readonly Coupon[];
};

/** The coupons that were really issued. It guards one row per issue, user and serial by itself. */
export type StorePort = {
  readonly kind: string;
  insert(coupons: readonly Coupon[], persistedAt: string): Promise<InsertResult>;
  find(eventId: string, userId: string): Promise<CouponRow | undefined>;
  counts(eventId: string): Promise<StoreCounts>;
  coupons(eventId: string): Promise<readonly Coupon[]>;
  close(): Promise<void>;
};

/**
 * `acknowledged` by all in-sync replicas; `refused` certainly not written; `unknown` anything between, for
 * instance a timeout: such a record may be in the topic.
 */
export type ProduceOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'refused' | 'unknown'; readonly reason: string };

/** Records of one partition, handed to the consumer in order. */
export type Delivery = {
  readonly partition: number;
  readonly records: readonly { readonly offset: string; readonly value: string }[];
  /** Everything up to this offset is done; it is committed soon, and certainly when the delivery ends. */
  settle(offset: string): Promise<void>;
  /** Tells the group that this member lives; call it at least every few seconds. */
  keepAlive(): Promise<void>;
  /** False as soon as the consumer is asked to stop. */
  isRunning(): boolean;
};

export type BrokerState = {
  readonly producerConnected: boolean;
  readonly consumerJoined: boolean;
  /** Last time the consumer fetched or settled anything, on the monotonic clock; undefined before that. */
  readonly lastProgressMs: number | undefined;
};

/** The queue between admission and store. */
export type BrokerPort = {
  readonly kind: string;
  /** Sends the coupons in one request. Never rejects: the outcome holds for all of them. */
  produce(coupons: readonly Coupon[]): Promise<ProduceOutcome>;
  /** Joins the group and hands over deliveries until `stopConsuming`. Resolves once joined. */
  consume(handle: (delivery: Delivery) => Promise<void>): Promise<void>;
  /** Records in the topic that the group has not committed. */
  uncommittedRecords(): Promise<number>;
  state(): BrokerState;
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
};
