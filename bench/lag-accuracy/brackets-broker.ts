import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../core/stack/broker.ts';
import { stopMember } from '../../core/stack/member.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import { readRealBroker } from './brackets/real-broker.ts';
import type { Part } from './parts.ts';

/** Lag by bracket against the log of what a producer and a committer did to a real broker; ten minutes, or 15 s. */
export const bracketsBroker: Part = {
  name: 'brackets-broker',
  run: async ({ seed, short, say }) => {
    const dir = await mkdtemp(join(tmpdir(), 'lagline-brackets-'));
    const [java, kafka] = [
      await javaTool(systemContext()).ensure(),
      await kafkaTool(systemContext()).ensure(),
    ];
    const broker = await startBroker({ dir: join(dir, 'broker'), java, kafka, guarded: true });
    try {
      const seen = await readRealBroker(broker.address, seed, short ? 15_000 : 600_000);
      const { readings, proven, outside, wrongEnds, resets } = seen;
      say(`${readings} readings, ${resets} resets; ${readings - proven - outside} that the log leaves open`);
      return [
        {
          what: 'brackets, real broker: lag outside the interval',
          seen: `${outside} of ${readings}`,
          target: '0',
          isMet: readings > 0 && outside === 0,
        },
        {
          what: 'brackets, real broker: end offsets that the log contradicts',
          seen: `${wrongEnds} of ${readings}`,
          target: '0',
          isMet: wrongEnds === 0,
        },
        {
          what: 'brackets, real broker: inside whatever had arrived',
          seen: `${proven} of ${readings}`,
          target: '≥ 50 %',
          isMet: proven >= readings / 2,
        },
      ];
    } finally {
      await stopMember(broker);
      await rm(dir, { recursive: true, force: true });
    }
  },
};
