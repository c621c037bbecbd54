import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import type { EventId } from '../known-ids.ts';
import { enFormats as format } from './formats.ts';
import { reasonText } from './row-parts.ts';

export const enEvents: Readonly<Record<EventId, (facts: FactReader) => string>> = {
  'load-started': () => 'Load started',
  'load-ended': () => 'Load ended',
  'lag-rising': (facts) => `Lag began to rise${group(facts)}`,
  'lag-peak': (facts) =>
    joinParts([`Lag at its peak${group(facts)}`, shown(facts.number('lagMessages'), format.count)], ': '),
  drained: (facts) => `Drained${group(facts)}`,
  'drain-timed-out': (facts) =>
    joinParts(
      [
        'Watching ended before the backlog was drained',
        shown(facts.number('remaining'), (left) => `${format.count(left)} left`),
      ],
      ': ',
    ),
  'threshold-crossed': (facts) => joinParts(['Limit of a rule crossed', facts.code('metric')], ': '),
  'consumer-stopped': (facts) => `Commits stopped${group(facts)}`,
  'broker-unreachable': (facts) =>
    joinParts([
      joinParts(['Offsets could not be read', shown(facts.number('forMs'), format.duration)], ': '),
      reasonText(facts),
    ]),
  'history-missing': (facts) =>
    joinParts([
      joinParts(
        [
          `No history${group(facts)}`,
          joinParts([facts.code('topic'), partitions(facts)]),
          shown(facts.number('forMs'), (ms) => `lag not known for ${format.duration(ms)}`),
        ],
        ': ',
      ),
      reasonText(facts),
    ]),
  'records-skipped': (facts) =>
    joinParts(
      [
        'Records of an unknown version passed over',
        joinParts([facts.code('topic'), shown(facts.number('count'), format.count)], ' '),
      ],
      ': ',
    ),
  interrupted: (facts) => joinParts(['Run interrupted', facts.text('signal')], ': '),
  'k6-ended': (facts) =>
    joinParts(['k6 ended', shown(facts.number('exitCode'), (code) => `exit code ${code}`)], ': '),
  'errors-first': (facts) =>
    joinParts(['First failed requests', shown(facts.number('failed'), format.count)], ': '),
  'fault-applied': (facts) => joinParts(['Fault injected', facts.code('label')], ': '),
  'fault-triggered': (facts) => joinParts(['One-shot fault injected', facts.code('label')], ': '),
  'fault-removed': (facts) => joinParts(['Fault removed', facts.code('label')], ': '),
  'fault-not-applied': (facts) =>
    joinParts([joinParts(['Fault could not be injected', facts.code('label')], ': '), reasonText(facts)]),
  'fault-not-removed': (facts) =>
    joinParts([joinParts(['Fault could not be removed', facts.code('label')], ': '), reasonText(facts)]),
};

const partitions = (facts: FactReader): string | undefined => {
  const list = facts.text('partitions');
  return list === undefined ? undefined : `partitions ${list}`;
};

const group = (facts: FactReader): string => {
  const name = facts.code('group');
  return name === undefined ? '' : ` (group ${name})`;
};
