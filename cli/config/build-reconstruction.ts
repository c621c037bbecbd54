import { KnownError } from '../../core/errors.ts';
import { parseGivenRules } from '../../core/given-rules.ts';
import { parseThresholdRule } from '../../core/metric-table.ts';
import type { KafkaSecurity } from '../../core/kafka/security.ts';
import type { RunPlan } from '../../core/plan.ts';
import {
  kafkaPlan,
  optional,
  prometheusPlan,
  readPlan,
  refuseImpossible,
  type RunFlags,
} from './build-plan.ts';
import { withAddresses } from './config-addresses.ts';
import type { Config } from './config-schema.ts';
import { readKafkaSecurity } from './kafka-security.ts';
import { readPeriod, type GivenPeriod, type PeriodFlags } from './period.ts';
import { readThresholds, rulesAsTexts } from './thresholds.ts';

/** What `lagline reconstruct` takes; the keys of the config file are those of `run`. */
export type ReconstructFlags = Pick<
  RunFlags,
  'brokers' | 'kafkaConfig' | 'group' | 'topic' | 'prometheus' | 'query' | 'threshold'
> &
  PeriodFlags;

export type ResolvedReconstruction = {
  readonly plan: RunPlan & { readonly kafka: NonNullable<RunPlan['kafka']> };
  readonly period: GivenPeriod;
  /** Of connections to brokers; the plan has nothing of it. */
  readonly kafkaSecurity: KafkaSecurity;
  /** Metrics with rules in the config file that a past period has nothing for. */
  readonly rulesLeftOut: readonly string[];
};

/** Flags over config file over defaults, checked; nothing is contacted yet. */
export const buildReconstruction = (
  flags: ReconstructFlags,
  written: Config,
  environment: NodeJS.ProcessEnv,
  nowMs: number,
): ResolvedReconstruction => {
  const config = withAddresses(written, environment);
  const period = readPeriod(flags, nowMs);
  const kafka = kafkaPlan(flags, config, environment);
  if (kafka === undefined) {
    throw new KnownError('usage', 'neither a broker nor a consumer group is given', {
      remedy: 'add --brokers host:port and --group <consumer group>, or name them in the config file',
    });
  }
  const given = readThresholds(flags.threshold);
  for (const metric of Object.keys(given)) refuseWithoutPast(metric, given[metric] ?? []);
  const configured = Object.entries(rulesAsTexts(config.thresholds));
  const [usable, leftOut] = [
    configured.filter(([metric, rules]) => hasPast(metric, rules)),
    configured.filter(([metric, rules]) => !hasPast(metric, rules)),
  ];
  const plan = readPlan({
    scenario: { name: 'reconstruct' },
    reconstruction: {
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
    },
    kafka,
    ...optional(
      'prometheus',
      prometheusPlan({ ...flags, scrape: [] }, { ...config, ...withoutScrape(config) }),
    ),
    sampling: { intervalMs: period.stepMs },
    thresholds: { ...Object.fromEntries(usable), ...given },
  });
  parseGivenRules(plan.thresholds);
  refuseImpossible(plan);
  const kafkaSecurity = readKafkaSecurity(flags.kafkaConfig, config, environment);
  return { plan: { ...plan, kafka }, period, kafkaSecurity, rulesLeftOut: leftOut.map(([metric]) => metric) };
};

/** Addresses of `/metrics` know nothing of the past. */
const withoutScrape = ({ prometheus }: Config): Pick<Config, 'prometheus'> =>
  prometheus === undefined ? {} : { prometheus: { ...prometheus, scrape: [] } };

/** Only what a broker and Prometheus keep can be judged afterwards. */
const hasPast = (metric: string, rules: readonly string[]): boolean =>
  rules.every((rule) => /^(?:kafka_|prometheus$)/.test(parseThresholdRule(metric, rule).selector.name));

const refuseWithoutPast = (metric: string, rules: readonly string[]): void => {
  if (hasPast(metric, rules)) return;
  throw new KnownError('rule-invalid', `there is a rule on ${metric}, which is not known of a past period`, {
    remedy: 'only kafka_* and prometheus{query:…} can be judged afterwards',
  });
};
