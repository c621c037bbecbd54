import { KnownError } from '../errors.ts';
import { notAFault, parseFaultExpression, type FaultExpression } from '../fault-expression.ts';
import type { FaultPlan } from '../plan.ts';
import { switchClient, type FaultSwitch, type SwitchClient } from './switch-client.ts';
import { readSwitchValue } from './switch-value.ts';
import { readToxicFault, toxicKinds } from './toxic-faults.ts';
import { toxiproxyClient, type FoundProxy, type ToxiproxyClient } from './toxiproxy-client.ts';

/** One fault that can be set, checked; both functions throw an Error that says what went wrong. */
export type PreparedFault = {
  /** As given; it is the fault's name in the record. */
  readonly text: string;
  readonly label: string;
  /** What it changes, such as `redis.down`: two faults of one name are never set at once. */
  readonly name: string;
  /** From the beginning of the load. */
  readonly fromMs: number;
  readonly toMs: number | undefined;
  /** It happens at `fromMs`, and there is nothing to remove; `remove` then only takes back what has not happened yet. */
  readonly isOneShot: boolean;
  apply(): Promise<void>;
  remove(): Promise<void>;
  /** What a person can type where `remove` fails. */
  readonly byHand: string;
};

/** Begins the name of every toxic that a run of lagline adds. */
const ownPrefix = 'lagline-';

type Surroundings = {
  readonly toxiproxy: ToxiproxyClient | undefined;
  readonly proxies: Readonly<Record<string, FoundProxy>>;
  readonly services: readonly { readonly client: SwitchClient; readonly switches: readonly FaultSwitch[] }[];
};

/** Reads the faults of a plan, which are checked no further than their grammar. Throws a KnownError with a caret. */
export const parseFaults = (texts: readonly string[]): FaultExpression[] => {
  const faults = texts.map(parseFaultExpression);
  for (const [index, fault] of faults.entries()) {
    const other = faults.slice(0, index).find((before) => overlap(before, fault));
    if (other === undefined) continue;
    throw notAFault(
      fault.text,
      0,
      `is under way together with '${other.text}'`,
      'let the one end before the other begins',
    );
  }
  return faults;
};

const overlap = (left: FaultExpression, right: FaultExpression): boolean =>
  left.name === right.name &&
  left.stream === right.stream &&
  left.fromMs < (right.toMs ?? Number.POSITIVE_INFINITY) &&
  right.fromMs < (left.toMs ?? Number.POSITIVE_INFINITY);

/**
 * Looks at what there is and makes every fault ready to be set. Throws a KnownError for one that could not be: no such
 * proxy or switch, a value out of range, a time after the longest possible run, or what another run has left behind.
 */
export const prepareFaults = async (
  plan: FaultPlan,
  /** Longest time from the beginning of the load to the end of the run; undefined where nothing fixes it. */
  longestMs: number | undefined,
): Promise<PreparedFault[]> => {
  const faults = parseFaults(plan.faults);
  const surroundings = await look(plan);
  refuseLeftovers(surroundings);
  return faults.map((fault, index) => {
    if (longestMs !== undefined && fault.fromMs >= longestMs) {
      throw notAFault(
        fault.text,
        fault.label.length + 1,
        `begins after the end of the run, which takes ${longestMs / 1000} s at most`,
        'let it begin earlier, or lengthen the load',
      );
    }
    return prepare(fault, `${ownPrefix}${index + 1}-${fault.kind}`, surroundings);
  });
};

const look = async ({ toxiproxy: address, services }: FaultPlan): Promise<Surroundings> => {
  const toxiproxy = address === undefined ? undefined : toxiproxyClient(address);
  const clients = services.map(switchClient);
  return {
    toxiproxy,
    proxies: (await toxiproxy?.proxies()) ?? {},
    services: await Promise.all(clients.map(async (client) => ({ client, switches: await client.list() }))),
  };
};

const refuseLeftovers = ({ toxiproxy, proxies }: Surroundings): void => {
  for (const [name, { toxics }] of Object.entries(proxies)) {
    const left = toxics.find((toxic) => toxic.startsWith(ownPrefix));
    if (left === undefined || toxiproxy === undefined) continue;
    throw new KnownError(
      'fault-invalid',
      `the proxy '${name}' still has the toxic '${left}' of a run that goes on or that was killed`,
      { remedy: `if no other run goes on, take it away: curl -X POST ${toxiproxy.url}/reset` },
    );
  }
};

const prepare = (fault: FaultExpression, toxicName: string, surroundings: Surroundings): PreparedFault => {
  const { toxiproxy, proxies, services } = surroundings;
  const proxy = Object.hasOwn(proxies, fault.target) ? proxies[fault.target] : undefined;
  const holders = services.flatMap(({ client, switches }) =>
    switches.filter(({ name }) => name === fault.name).map((found) => ({ client, found })),
  );
  if (proxy !== undefined && holders.length > 0 && toxicKinds.includes(fault.kind)) {
    throw notAFault(
      fault.text,
      0,
      'may mean a proxy or a switch',
      `rename the proxy '${fault.target}', or leave out --toxiproxy or --fault-api`,
    );
  }
  if (holders.length > 0) return prepareSwitch(fault, holders);
  if (proxy === undefined || toxiproxy === undefined) throw noTarget(fault, surroundings);
  return prepareToxic(fault, toxicName, toxiproxy, proxy);
};

const prepareToxic = (
  fault: FaultExpression,
  toxicName: string,
  toxiproxy: ToxiproxyClient,
  proxy: FoundProxy,
): PreparedFault => {
  const wanted = readToxicFault(fault);
  const { text, label, name, target, fromMs, toMs } = fault;
  const url = `${toxiproxy.url}/proxies/${encodeURIComponent(target)}`;
  const shared = { text, label, name, fromMs, toMs, isOneShot: false };
  if (!proxy.enabled) {
    throw notAFault(
      text,
      fault.at.kind,
      'is for a proxy that is down already',
      `take it up again: curl -X POST ${toxiproxy.url}/reset`,
    );
  }
  if (wanted.kind === 'down') {
    return {
      ...shared,
      apply: () => toxiproxy.setEnabled(target, false),
      remove: () => toxiproxy.setEnabled(target, true),
      byHand: `curl -X POST ${url} -d '{"enabled":true}'`,
    };
  }
  return {
    ...shared,
    apply: () =>
      toxiproxy.addToxic(target, {
        name: toxicName,
        type: wanted.type,
        stream: fault.stream ?? 'downstream',
        toxicity: 1,
        attributes: wanted.attributes,
      }),
    remove: () => toxiproxy.removeToxic(target, toxicName),
    byHand: `curl -X DELETE ${url}/toxics/${toxicName}`,
  };
};

/** A switch that several services have is set at all of them. */
const prepareSwitch = (
  fault: FaultExpression,
  holders: readonly { readonly client: SwitchClient; readonly found: FaultSwitch }[],
): PreparedFault => {
  const { text, label, name, fromMs, toMs } = fault;
  if (fault.stream !== undefined) {
    throw notAFault(text, fault.at.stream, 'names a direction, but a switch has none', 'leave it out');
  }
  const set = holders.find(({ found }) => found.value !== 0);
  if (set !== undefined) {
    const { client, found } = set;
    throw notAFault(
      text,
      0,
      `names a switch that is at ${found.value} already, set by hand or by a run that goes on or was killed`,
      `take it back first: curl -X DELETE ${client.url}/faults/${encodeURIComponent(name)}`,
    );
  }
  const isOneShot = holders.some(({ found }) => found.oneShot);
  if (isOneShot && toMs !== undefined) {
    throw notAFault(
      text,
      fault.at.to - 1,
      `has an end, but ${name} happens once`,
      `write it as in '${label}@20s'`,
    );
  }
  const values = holders.map(({ client, found }) => ({ client, value: readSwitchValue(fault, found) }));
  return {
    text,
    label,
    name,
    fromMs,
    toMs,
    isOneShot,
    apply: async () => {
      await Promise.all(values.map(({ client, value }) => client.set(name, value)));
    },
    remove: async () => {
      await Promise.all(values.map(({ client }) => client.reset(name)));
    },
    byHand: values
      .map(({ client }) => `curl -X DELETE ${client.url}/faults/${encodeURIComponent(name)}`)
      .join('; '),
  };
};

const noTarget = (fault: FaultExpression, { toxiproxy, proxies, services }: Surroundings): KnownError => {
  const listed = (names: readonly string[]): string => names.join(', ') || 'none';
  const known = [
    ...(toxiproxy === undefined ? [] : [`proxies at ${toxiproxy.url}: ${listed(Object.keys(proxies))}`]),
    ...services.map(
      ({ client, switches }) => `switches at ${client.url}: ${listed(switches.map(({ name }) => name))}`,
    ),
  ];
  return notAFault(
    fault.text,
    0,
    `has no proxy '${fault.target}' and no switch '${fault.name}' to be set at`,
    `there are ${known.join('; ')}`,
  );
};
