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
  'group-consuming': (facts) => joinParts([`Group consumes again${group(facts)}`, members(facts)], ': '),
  'group-rebalancing': (facts) => joinParts([`Group rebalances${group(facts)}`, members(facts)], ': '),
  'group-empty': (facts) => `Group has no members${group(facts)}`,
  'group-gone': (facts) => `Group is gone${group(facts)}`,
  'group-appeared': (facts) =>
    joinParts(
      [
        'Group began to match, and is watched from here on',
        joinParts([
          facts.code('group'),
          shown(
            facts.number('topics'),
            (count) => `${format.count(count)} ${count === 1 ? 'topic' : 'topics'}`,
          ),
        ]),
      ],
      ': ',
    ),
  'topic-appeared': (facts) =>
    joinParts(
      [`Topic began to match, and is watched from here on${group(facts)}`, facts.code('topic')],
      ': ',
    ),
  'share-group-left-out': (facts) =>
    joinParts(['Share group left out: it has no lag by offsets (KIP-932)', facts.code('group')], ': '),
  'partitions-added': (facts) =>
    joinParts(
      [
        'Partitions added',
        joinParts([
          facts.code('topic'),
          shown(facts.number('count'), format.count),
          shown(facts.number('total'), (total) => `${format.count(total)} in all`),
        ]),
      ],
      ': ',
    ),
  'broker-lost': (facts) => joinParts(['Broker no longer in the cluster', broker(facts)], ': '),
  'broker-joined': (facts) => joinParts(['Broker joined the cluster', broker(facts)], ': '),
  'leader-lost': (facts) => joinParts(['Partition without a leader', partition(facts)], ': '),
  'leader-moved': (facts) =>
    joinParts(
      [
        'Leader moved',
        joinParts([
          partition(facts),
          shown(facts.number('leader'), (broker) => `broker ${format.count(broker)}`),
        ]),
      ],
      ': ',
    ),
  'topic-deleted': (facts) => joinParts(['Topic deleted', facts.code('topic')], ': '),
  'topic-recreated': (facts) => joinParts(['Topic deleted and made again', facts.code('topic')], ': '),
  'offsets-rewound': (facts) =>
    joinParts(
      [`Committed offset went back${group(facts)}`, joinParts([partition(facts), change(facts)])],
      ': ',
    ),
  'offsets-deleted': (facts) =>
    joinParts([`Committed offset deleted${group(facts)}`, partition(facts)], ': '),
  'log-went-back': (facts) =>
    joinParts(['End of the log went back', joinParts([partition(facts), change(facts)])], ': '),
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

const broker = (facts: FactReader): string | undefined => {
  const id = facts.number('broker');
  return id === undefined ? undefined : joinParts([`broker ${id}`, facts.code('address')], ' ');
};

const partitions = (facts: FactReader): string | undefined => {
  const list = facts.text('partitions');
  return list === undefined ? undefined : `partitions ${list}`;
};

const members = (facts: FactReader): string | undefined =>
  shown(facts.number('members'), (count) => `${format.count(count)} members`);

const partition = (facts: FactReader): string | undefined =>
  joinParts(
    [facts.code('topic'), shown(facts.number('partition'), (index) => `partition ${format.count(index)}`)],
    ' ',
  );

const change = (facts: FactReader): string | undefined =>
  joinParts([shown(facts.number('from'), format.count), shown(facts.number('to'), format.count)], ' → ');

const group = (facts: FactReader): string => {
  const name = facts.code('group');
  return name === undefined ? '' : ` (group ${name})`;
};
