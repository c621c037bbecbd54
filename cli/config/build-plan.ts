import { parseDurationMs } from '../../core/duration.ts';
import { KnownError } from '../../core/errors.ts';
import { runPlanSchema, type RunPlan } from '../../core/plan.ts';
import { timeLagWays } from '../../core/time-lag-ways.ts';
import { parseNamePattern } from '../../core/kafka/name-pattern.ts';
import type { KafkaSecurity } from '../../core/kafka/security.ts';
import { redactUrl } from '../../core/redact.ts';
import { resolveScenario } from '../../core/load/scenario-catalog.ts';
import { scriptDigest } from '../../core/load/script-digest.ts';
import { parseGivenRules } from '../../core/given-rules.ts';
import type { ProbeAddresses } from '../../core/sampling/service-probe.ts';
import { withAddresses } from './config-addresses.ts';
import { completionPlan } from './completion.ts';
import type { Config } from './config-schema.ts';
import { fromEnvironment, withoutReferences } from './environment-references.ts';
import { faultPlan } from './faults.ts';
import { readKafkaSecurity } from './kafka-security.ts';
import { readProbes } from './integrity-probes.ts';
import { secretsOf } from './secrets.ts';
import { validityPlan } from './validity.ts';
import { readThresholds, rulesAsTexts, splitPair } from './thresholds.ts';

/** What `lagline run` takes on the command line; everything optional wins over the config file. */
export type RunFlags = {
  readonly env: readonly string[];
  readonly brokers?: string;
  /** File of Java client properties. */
  readonly kafkaConfig?: string;
  readonly group: readonly string[];
  readonly topic: readonly string[];
  readonly timeLag?: string;
  readonly prometheus?: string;
  readonly query: readonly string[];
  readonly scrape: readonly string[];
  readonly completion?: string;
  readonly integrity?: string;
  readonly threshold: readonly string[];
  readonly fault?: readonly string[];
  readonly toxiproxy?: string;
  readonly faultApi?: readonly string[];
  readonly interval?: string;
  readonly drainTimeout?: string;
  readonly target?: string;
  readonly timeScale?: string;
  readonly profile?: string;
};

export type ResolvedRun = {
  readonly plan: RunPlan;
  readonly variables: Readonly<Record<string, string>>;
  /** Of the integrity probes; the plan has them without what the environment put in. */
  readonly probeAddresses: ProbeAddresses;
  /** What k6 may not leave in its output. */
  readonly secrets: readonly string[];
  /** Of connections to brokers; the plan has nothing of it. */
  readonly kafkaSecurity: KafkaSecurity;
};

/** flags > environment > config file > defaults, checked; nothing is contacted yet. Flags that the environment stands for are among the flags. */
export const buildPlan = (
  scenarioOrScript: string,
  flags: RunFlags,
  given: Config,
  environment: NodeJS.ProcessEnv,
): ResolvedRun => {
  const config = withAddresses(given, environment);
  const scenario = resolveScenario(scenarioOrScript);
  const timeScale = flags.timeScale === undefined ? (config.timeScale ?? 1) : readTimeScale(flags.timeScale);
  if (timeScale !== 1 && !scenario.isShipped) {
    throw new KnownError(
      'usage',
      `a time scale is given, but ${scenarioOrScript} is no scenario of lagline's own`,
      {
        remedy: 'shorten the durations in the script itself; only the shipped scenarios know a time scale',
      },
    );
  }
  const targetUrl = flags.target ?? config.targetUrl;
  const variables = {
    ...configVariables(config, environment),
    ...flagVariables(flags.env, environment),
    ...(targetUrl === undefined ? {} : { BASE_URL: targetUrl }),
    ...(timeScale === 1 ? {} : { TIME_SCALE: String(timeScale) }),
  };
  const { probes, addresses } = readProbes(config.integrity?.probes ?? [], environment);
  const plan = readPlan({
    scenario: {
      name: scenario.name,
      script: scenario.script,
      ...optional('scriptSha256', scriptDigest(scenario.script) ?? undefined),
      envNames: Object.keys(variables),
      timeScale,
      ...(targetUrl === undefined ? {} : { targetUrl }),
      ...optional('profile', flags.profile ?? config.profile),
    },
    ...optional('kafka', kafkaPlan(flags, config, environment)),
    ...optional('prometheus', prometheusPlan(flags, config)),
    ...optional('completion', completionPlan(flags.completion ?? config.completion)),
    ...optional('integrity', integrityPlan(flags.integrity ?? config.integrity?.url, probes)),
    ...optional('faultInjection', faultPlan(flags, config)),
    ...optional('k6', config.k6),
    ...optional('validity', validityPlan(config.validity)),
    sampling: intervalPlan(flags.interval ?? config.interval),
    drain: drainPlan(flags.drainTimeout ?? config.drainTimeout),
    thresholds: { ...rulesAsTexts(config.thresholds), ...readThresholds(flags.threshold) },
  });
  parseGivenRules(plan.thresholds);
  refuseImpossible(plan);
  const kafkaSecurity = readKafkaSecurity(flags.kafkaConfig, config, environment);
  const secrets = secretsOf({
    variables,
    passed: passedVariables(flags, config),
    addresses: [...addressesOf(plan), ...Object.values(addresses)],
  });
  return { plan, variables, probeAddresses: addresses, kafkaSecurity, secrets };
};

/** Variables whose values the environment gave. */
const passedVariables = (flags: RunFlags, config: Config): ReadonlySet<string> =>
  new Set([
    ...flags.env.filter((text) => !text.includes('=')),
    ...Object.entries(config.env ?? {}).flatMap(([name, value]) =>
      withoutReferences(String(value)) === String(value) ? [] : [name],
    ),
  ]);

const addressesOf = ({ scenario, prometheus, completion, integrity, faultInjection }: RunPlan): string[] =>
  [
    scenario.targetUrl,
    prometheus?.url,
    ...(prometheus?.scrape ?? []),
    completion?.url,
    integrity?.url,
    faultInjection?.toxiproxy,
    ...(faultInjection?.services ?? []),
  ].filter((address) => address !== undefined);

export const readPlan = (value: unknown): RunPlan => {
  const parsed = runPlanSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new KnownError(
    'config-invalid',
    `the run's ${issue?.path.join('.') ?? 'plan'} is not valid: ${issue?.message ?? ''}`,
    { remedy: 'correct the flag or the key of the config file that gives it' },
  );
};

export const optional = (key: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [key]: value };

const readTimeScale = (text: string): number => {
  const factor = Number(text);
  if (factor > 0 && factor <= 1) return factor;
  throw new KnownError('usage', `the time scale '${text}' is not a factor`, {
    remedy: 'give a number above 0 and at most 1, e.g. 0.1',
  });
};

const intervalPlan = (text: string | undefined): { intervalMs?: number } => {
  if (text === undefined) return {};
  const intervalMs = parseDurationMs(text, 'the sampling interval');
  if (intervalMs >= 100 && intervalMs <= 3_600_000) return { intervalMs };
  throw new KnownError('usage', `the sampling interval '${text}' is not between 100 ms and an hour`, {
    remedy: 'give at least 100ms; 1s is the default',
  });
};

const drainPlan = (text: string | undefined): { timeoutMs?: number } =>
  text === undefined ? {} : { timeoutMs: parseDurationMs(text, 'the drain time-out') };

const splitList = (text: string | undefined): string[] | undefined =>
  text === undefined || text === ''
    ? undefined
    : text
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean);

/** Brokers by flag, by config file, or, for groups that name none, by LAGLINE_KAFKA. */
export const kafkaPlan = (
  flags: Pick<RunFlags, 'brokers' | 'group' | 'topic' | 'timeLag'>,
  config: Config,
  environment: NodeJS.ProcessEnv,
): RunPlan['kafka'] => {
  const topics = flags.topic.length > 0 ? { topics: [...flags.topic] } : {};
  const groups =
    flags.group.length > 0
      ? flags.group.map((group) => ({ group, ...topics }))
      : config.kafka?.groups.map((group) =>
          typeof group === 'string' ? { group, ...topics } : { ...group, ...topics },
        );
  const brokers =
    splitList(flags.brokers) ??
    (groups === undefined ? undefined : splitList(environment['LAGLINE_KAFKA'])) ??
    config.kafka?.brokers;
  if (brokers === undefined && groups === undefined) {
    refuseWithoutGroup('topic', flags.topic[0], environment['LAGLINE_TOPIC']);
    refuseWithoutGroup('way to measure time lag', flags.timeLag, environment['LAGLINE_TIME_LAG']);
    return undefined;
  }
  if (brokers === undefined || brokers.length === 0) {
    throw new KnownError('usage', 'a consumer group is given, but no broker', {
      remedy: 'add --brokers host:port, or set LAGLINE_KAFKA',
    });
  }
  const malformed = brokers.find((broker) => !isAddress(broker));
  if (malformed !== undefined) {
    throw new KnownError(
      'usage',
      `the broker '${redactUrl(malformed).replace(/^.*@/s, '')}' is not an address`,
      {
        remedy: 'write host:port, e.g. localhost:9092',
      },
    );
  }
  if (groups === undefined) {
    throw new KnownError('usage', 'a broker is given, but no consumer group', {
      remedy: 'add --group <consumer group>',
    });
  }
  const timeLag = timeLagWays.find((way) => way === (flags.timeLag ?? config.kafka?.timeLag));
  return { brokers, groups, ...(timeLag === undefined ? {} : { timeLag }) };
};

/** A flag that says how to watch a group means nothing without one; a variable may be set for other runs. */
const refuseWithoutGroup = (
  what: string,
  value: string | undefined,
  ofEnvironment: string | undefined,
): void => {
  if (value === undefined || value === ofEnvironment) return;
  throw new KnownError('usage', `a ${what} is given ('${value}'), but no consumer group`, {
    remedy: 'add --group <consumer group> and --brokers host:port',
  });
};

const isAddress = (broker: string): boolean => {
  const port = /^(?:[^\s:/]+|\[[0-9a-f:]+\]):(\d{1,5})$/i.exec(broker)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
};

export const prometheusPlan = (
  flags: Pick<RunFlags, 'prometheus' | 'query' | 'scrape'>,
  config: Config,
): RunPlan['prometheus'] => {
  const url = flags.prometheus ?? config.prometheus?.url;
  const queries = {
    ...config.prometheus?.queries,
    ...Object.fromEntries(
      flags.query.map((text) => splitPair(text, '--query', 'heap=process_resident_memory_bytes')),
    ),
  };
  const scrape = flags.scrape.length > 0 ? [...flags.scrape] : (config.prometheus?.scrape ?? []);
  if (url === undefined && Object.keys(queries).length > 0) {
    throw new KnownError('usage', 'a Prometheus query is given, but no server', {
      remedy: 'add --prometheus http://host:9090',
    });
  }
  return url === undefined && scrape.length === 0 ? undefined : { ...optional('url', url), queries, scrape };
};

const integrityPlan = (url: string | undefined, probes: readonly unknown[]): unknown =>
  url === undefined && probes.length === 0 ? undefined : { ...optional('url', url), probes };

const flagVariables = (given: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      const value = environment[text];
      if (at < 0 && text !== '' && value !== undefined) return [text, value];
      const name = text.replace(/=.*$/s, '');
      throw new KnownError('usage', `-e ${name}: the environment has no variable of that name`, {
        remedy: `write -e ${name || 'KEY'}=VALUE, or export it`,
      });
    }),
  );

const configVariables = (config: Config, environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config.env ?? {}).map(([name, value]) => [
      name,
      fromEnvironment(String(value), `env.${name}`, environment),
    ]),
  );

type Groups = NonNullable<RunPlan['kafka']>['groups'];

/** Whether the tags of a rule may mean something of these groups. */
const isWatched = ({ group, topic }: Readonly<Record<string, string>>, groups: Groups): boolean =>
  groups.some(
    (target) =>
      isMeant(group, [target.group], 'group') &&
      (target.topics === undefined || isMeant(topic, target.topics, 'topic')),
  );

const isMeant = (name: string | undefined, texts: readonly string[], what: string): boolean =>
  name === undefined || texts.some((text) => parseNamePattern(text, what).matches(name));

const nameTarget = ({ group, topics }: Groups[number]): string =>
  topics === undefined ? group : `${group} (${topics.join(', ')})`;

/** A rule whose source is not part of the plan could only ever be no-data; better said before the load. */
export const refuseImpossible = (plan: RunPlan): void => {
  for (const { metric, selector } of parseGivenRules(plan.thresholds)) {
    if (selector.name.startsWith('kafka_') && plan.kafka === undefined) {
      throw new KnownError('rule-invalid', `there is a rule on ${metric}, but no broker and group to watch`, {
        remedy: 'add --brokers and --group',
      });
    }
    if (
      selector.name.startsWith('kafka_') &&
      plan.kafka !== undefined &&
      !isWatched(selector.tags, plan.kafka.groups)
    ) {
      throw new KnownError('rule-invalid', `the rule on ${metric} names no group and topic of this run`, {
        remedy: `the groups of this run are ${plan.kafka.groups.map(nameTarget).join(', ')}`,
      });
    }
    if (selector.name === 'prometheus' && plan.prometheus?.url === undefined) {
      throw new KnownError('rule-invalid', `there is a rule on ${metric}, but no Prometheus server`, {
        remedy: 'add --prometheus and --query',
      });
    }
    if (
      selector.name === 'prometheus' &&
      !Object.keys(plan.prometheus?.queries ?? {}).includes(selector.tags['query'] ?? '')
    ) {
      throw new KnownError('rule-invalid', `the rule on ${metric} names no query of this run`, {
        remedy: `write prometheus{query:<id>} with one of ${Object.keys(plan.prometheus?.queries ?? {}).join(', ') || '(no --query given)'}`,
      });
    }
    if (selector.name === 'integrity_probe') {
      const ids = plan.integrity?.probes.map(({ id }) => id) ?? [];
      const wanted = selector.tags['probe'];
      if (ids.length > 0 && (wanted === undefined || ids.includes(wanted))) continue;
      throw new KnownError('rule-invalid', `the rule on ${metric} names no integrity probe of this run`, {
        remedy: `write integrity_probe{probe:<id>} with one of ${ids.join(', ') || '(no integrity.probes in the config)'}`,
      });
    }
    if (selector.name.startsWith('integrity_') && plan.integrity?.url === undefined) {
      throw new KnownError('rule-invalid', `there is a rule on ${metric}, but no integrity address`, {
        remedy: 'add --integrity http://…',
      });
    }
  }
};
