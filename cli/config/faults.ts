import { KnownError } from '../../core/errors.ts';
import { parseFaults } from '../../core/faults/prepare-faults.ts';
import type { RunPlan } from '../../core/plan.ts';
import type { Config } from './config-schema.ts';

type FaultFlags = {
  readonly fault?: readonly string[];
  readonly toxiproxy?: string;
  readonly faultApi?: readonly string[];
};

/** Faults of the command line, else of the config file; undefined where there are none. Nothing is contacted yet. */
export const faultPlan = (flags: FaultFlags, config: Config): RunPlan['faultInjection'] => {
  const faults = given(flags.fault) ?? config.faults ?? [];
  if (faults.length === 0) {
    const flag = flags.toxiproxy === undefined ? given(flags.faultApi) && '--fault-api' : '--toxiproxy';
    if (flag === undefined) return undefined;
    throw new KnownError('usage', `${flag} is given, but no fault to set there`, {
      remedy: "add --fault, e.g. --fault 'postgres.latency=200ms@20s-60s'",
    });
  }
  parseFaults(faults);
  const toxiproxy = flags.toxiproxy ?? config.faultInjection?.toxiproxy;
  const services = given(flags.faultApi) ?? config.faultInjection?.services ?? [];
  if (toxiproxy === undefined && services.length === 0) {
    throw new KnownError('usage', 'a fault is given, but nothing to set it at', {
      remedy:
        'add --toxiproxy http://127.0.0.1:8474 for a fault of a proxy, or --fault-api <address of the service> for a switch',
    });
  }
  return {
    ...(toxiproxy === undefined ? {} : { toxiproxy }),
    services: [...services],
    faults: [...faults],
  };
};

const given = (list: readonly string[] | undefined): readonly string[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;
