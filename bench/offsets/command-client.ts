import { join } from 'node:path';
import { runCommand } from '../../core/tools/command.ts';
import type { Contestant } from './contestant.ts';

/** Kafka's own command, as its shell script starts it; its start-up is part of every look that a user takes. */
export const commandClient = (address: string, java: string, kafka: string): Contestant => ({
  name: 'kafka-consumer-groups',
  sample: async () => {
    const { code, output } = await runCommand(
      java,
      [
        '-Xmx512M',
        '-Dlog4j2.level=OFF',
        '-cp',
        join(kafka, 'libs', '*'),
        'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
        '--bootstrap-server',
        address,
        '--describe',
        '--all-groups',
        '--offsets',
        '--timeout',
        '60000',
      ],
      { env: process.env, timeoutMs: 180_000 },
    );
    if (code !== 0)
      throw new Error(`kafka-consumer-groups ended with ${String(code)}: ${output.slice(-300)}`);
    let [lag, groupPartitions] = [0, 0];
    for (const line of output.split('\n')) {
      // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG …
      const found = /^bench-group-\S+\s+\S+\s+\d+\s+\d+\s+\d+\s+(\d+)\s/.exec(line);
      if (found === null) continue;
      lag += Number(found[1]);
      groupPartitions += 1;
    }
    return { lag, groupPartitions };
  },
  close: async () => {},
});
