import type { Progress, ToolContext } from '../tools/tool.ts';
import type { MemberName } from './member.ts';

export type StackOptions = {
  /** Where state, data and logs go; see `defaultStackDir`. */
  dir?: string;
  /** Brokers to use, `host:port,host:port`, instead of starting one. */
  brokers?: string;
  /**
   * Redis and Postgres in place of what is embedded in the service, whose consumer then is a process of its own.
   * Nothing is left out: what is missing ends the start before anything runs.
   */
  full?: boolean;
  /**
   * The service reaches its servers through a proxy that can break the connections, and its own fault switches are on.
   * Not with `brokers`, whose addresses lead clients past the proxy.
   */
  faults?: boolean;
  /** Consumer processes of a full stack, which share the partitions as members of the group; 1 if absent. */
  workers?: number;
  /** Ports asked for; free ones if absent. */
  ports?: Readonly<Partial<Record<MemberName, number>>>;
  /** Settings of the service (COUPON_TOPIC, PROFILE …). Where it listens and what it reaches is set by us. */
  serviceEnv?: Readonly<Record<string, string>>;
  /** False leaves the service, and Prometheus with it, out. */
  service?: boolean;
  /** `auto` leaves it out, saying so, where there is none, unless the stack is full; `off` always. */
  prometheus?: 'auto' | 'off';
  /** Nothing outlives our own process, not even after SIGKILL. */
  guarded?: boolean;
  tools?: ToolContext;
  progress?: Progress;
  /** Stops the start and takes down what was started. */
  signal?: AbortSignal;
};
