import type { Clock } from '../clock.ts';
import type { RunPlan } from '../plan.ts';
import { redactQueries, redactUrl } from '../redact.ts';
import { createJournal, type JournalWriter } from './journal-writer.ts';
import { recordSchemaVersion, type Environment } from './run-record.ts';

/** Of a run that is to be recorded; nothing secret that the plan holds reaches the journal. */
export type JournalHead = {
  readonly runFolder: string;
  readonly runId: string;
  readonly plan: RunPlan;
  readonly environment: Environment;
};

/** Writes the journal's first line into the run folder. */
export const beginJournal = (
  { runFolder, runId, plan, environment }: JournalHead,
  clock: Pick<Clock, 'startedAtEpochMs'>,
): JournalWriter => {
  const { kafkaBrokers, tools, ...rest } = environment;
  return createJournal(runFolder, {
    schemaVersion: recordSchemaVersion,
    runId,
    startedAt: new Date(clock.startedAtEpochMs).toISOString(),
    plan: withoutCredentials(plan),
    environment: {
      ...rest,
      command: [...environment.command],
      ...(kafkaBrokers === undefined ? {} : { kafkaBrokers: [...kafkaBrokers] }),
      ...(tools === undefined ? {} : { tools: { ...tools } }),
    },
  });
};

/** The plan as it may be stored: addresses without users and passwords; those of probes hold none to begin with. */
const withoutCredentials = (plan: RunPlan): RunPlan => {
  const { scenario, prometheus, completion, integrity, faultInjection } = plan;
  const url = (address: string | undefined) => (address === undefined ? {} : { url: redactUrl(address) });
  return {
    ...plan,
    scenario: {
      ...scenario,
      ...(scenario.targetUrl === undefined ? {} : { targetUrl: redactUrl(scenario.targetUrl) }),
    },
    ...(prometheus === undefined
      ? {}
      : {
          prometheus: { ...prometheus, ...url(prometheus.url), scrape: prometheus.scrape.map(redactUrl) },
        }),
    ...(completion === undefined ? {} : { completion: { ...completion, ...url(completion.url) } }),
    ...(faultInjection === undefined
      ? {}
      : {
          faultInjection: {
            ...faultInjection,
            ...(faultInjection.toxiproxy === undefined
              ? {}
              : { toxiproxy: redactUrl(faultInjection.toxiproxy) }),
            services: faultInjection.services.map(redactUrl),
          },
        }),
    ...(integrity === undefined
      ? {}
      : {
          integrity: {
            ...integrity,
            ...url(integrity.url),
            probes: integrity.probes.map((probe) => ({ ...probe, address: redactQueries(probe.address) })),
          },
        }),
  };
};
