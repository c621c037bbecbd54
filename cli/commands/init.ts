import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KnownError, messageOf } from '../../core/errors.ts';
import { resolveScenario } from '../../core/load/scenario-catalog.ts';
import { requireHttpUrl } from '../../core/sampling/http-get.ts';
import { findConfigFile } from '../config/config-file.ts';
import { kafkaPlan } from '../config/build-plan.ts';
import { newConfigText } from '../config/new-config.ts';
import { initWords } from '../help/init-file.ts';

export type InitFlags = {
  readonly target?: string;
  readonly brokers?: string;
  readonly group: readonly string[];
  readonly topic: readonly string[];
  readonly prometheus?: string;
  readonly config?: string;
  readonly lang: 'ko' | 'en';
};

const usualName = 'lagline.config.yaml';

/** `lagline init`: a config file to begin with; never in place of one that is there. */
export const initCommand = (scenario: string | undefined, flags: InitFlags): number => {
  if (scenario !== undefined) resolveScenario(scenario);
  const { target, prometheus, group, topic } = flags;
  if (target !== undefined) requireHttpUrl(target, 'the target');
  if (prometheus !== undefined) requireHttpUrl(prometheus, 'the Prometheus address');
  if (group.length === 0 && topic.length > 0)
    throw new KnownError('usage', `a topic is given ('${topic[0]}'), but no consumer group`, {
      remedy: 'add --group <consumer group>',
    });
  const isWatched = flags.brokers !== undefined || group.length > 0;
  const kafka = isWatched
    ? kafkaPlan({ ...flags, brokers: flags.brokers ?? 'localhost:9092' }, {}, {})
    : undefined;
  const present = flags.config === undefined ? findConfigFile(undefined, process.cwd()) : undefined;
  const path = resolve(flags.config ?? usualName);
  if (present !== undefined) throw taken(present);
  const text = newConfigText(
    { target, brokers: kafka?.brokers, groups: group, topics: topic, prometheus },
    initWords[flags.lang],
  );
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(path);
    throw new KnownError('output-unwritable', `cannot write ${path}: ${messageOf(error)}`, {
      remedy: 'give another file with --config, or make this place writable',
      cause: error,
    });
  }
  const named = flags.config === undefined ? '' : ` --config ${flags.config}`;
  process.stderr.write(`wrote ${path}\n  → lagline run ${scenario ?? '<scenario|script>'}${named}\n`);
  return 0;
};

const taken = (path: string): KnownError =>
  new KnownError('output-unwritable', `there is a config file already: ${path}`, {
    remedy: 'edit it, move it away, or give another name with --config',
  });
