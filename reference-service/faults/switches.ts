/**
 * Switches that break parts of the service on purpose, for experiments. They exist only in a process that
 * was started with FAULTS=on; elsewhere every value is 0.
 */

export const FAULTS = [
  { name: 'consumer.delay', unit: 'ms', oneShot: false, max: 60_000, role: 'consumer' },
  { name: 'consumer.commit_interval', unit: 'ms', oneShot: false, max: 600_000, role: 'consumer' },
  { name: 'consumer.crash', unit: 'count', oneShot: true, max: 1, role: 'consumer' },
  { name: 'consumer.redeliver', unit: 'count', oneShot: true, max: 1_000_000, role: 'consumer' },
  { name: 'downstream.latency', unit: 'ms', oneShot: false, max: 60_000, role: 'consumer' },
  { name: 'records.skew', unit: 'ratio', oneShot: false, max: 1, role: 'relay' },
  { name: 'records.poison', unit: 'count', oneShot: true, max: 10_000, role: 'relay' },
  { name: 'failpoint.admitted', unit: 'count', oneShot: false, max: 1_000_000, role: 'api' },
  { name: 'failpoint.acknowledged', unit: 'count', oneShot: false, max: 1_000_000, role: 'relay' },
  { name: 'failpoint.before-rows', unit: 'count', oneShot: false, max: 1_000_000, role: 'consumer' },
  { name: 'failpoint.rows-committed', unit: 'count', oneShot: false, max: 1_000_000, role: 'consumer' },
] as const satisfies readonly {
  name: string;
  unit: string;
  oneShot: boolean;
  max: number;
  role: 'api' | 'relay' | 'consumer';
}[];

type Name = (typeof FAULTS)[number]['name'];
export type FailpointName = Extract<Name, `failpoint.${string}`>;
export type FaultName = Exclude<Name, FailpointName>;

export type Faults = {
  /** 0 when off. */
  value(name: FaultName): number;
  /** Takes a one-shot: its value, and 0 from then on. */
  take(name: FaultName): number;
  /**
   * Counts a failpoint down and ends the process by SIGKILL when it reaches 0, as a power cut would. A
   * failpoint that is off is passed at no cost.
   */
  pass(name: FailpointName): void;
};

export type FaultSwitches = Faults & {
  /** What can be set in this process, with the values in force. */
  list(): readonly { name: string; unit: string; value: number; oneShot: boolean; max: number }[];
  /** False if this process has no such switch. */
  set(name: string, value: number): boolean;
};

/** The switches of a process with these roles; `kill` ends the process. */
export function createFaultSwitches(
  roles: ReadonlySet<string>,
  kill: () => void = () => process.kill(process.pid, 'SIGKILL'),
): FaultSwitches {
  const own = FAULTS.filter(({ role }) => roles.has(role));
  const values = new Map<string, number>(own.map(({ name }) => [name, 0]));
  const value = (name: string): number => values.get(name) ?? 0;
  return {
    value,
    take: (name) => {
      const taken = value(name);
      if (taken !== 0) values.set(name, 0);
      return taken;
    },
    pass: (name) => {
      const left = value(name);
      if (left === 0) return;
      values.set(name, left - 1);
      if (left === 1) kill();
    },
    list: () => own.map(({ name, unit, oneShot, max }) => ({ name, unit, value: value(name), oneShot, max })),
    set: (name, to) => {
      if (!values.has(name)) return false;
      values.set(name, to);
      return true;
    },
  };
}

/** For a process started without FAULTS=on. */
export const NO_FAULTS: Faults = { value: () => 0, take: () => 0, pass: () => undefined };
