import { startClock } from '../../core/clock.ts';
import { createLiveView } from '../../core/live-view.ts';
import { runPlanSchema } from '../../core/plan.ts';
import { consumerOffsets } from '../../core/sampling/consumer-offsets.ts';
import type { Contestant } from './contestant.ts';

/**
 * A whole reading as `lagline run` takes it each second: committed offsets before and after the ends, the ends at both isolation
 * levels, the log start, and every five seconds the partitions and the states and members of the groups.
 */
export const samplerClient = async (address: string): Promise<Contestant> => {
  const clock = startClock();
  const plan = runPlanSchema.parse({
    scenario: { name: 'everything' },
    kafka: { brokers: [address], groups: [{ group: 'bench-group-*' }] },
  });
  const session = await consumerOffsets.open({ plan, clock, watchedProcesses: () => [] });
  const live = createLiveView();
  return {
    name: 'lagline, everything',
    sample: async () => {
      const observations = await session.sample();
      live.take(observations);
      return {
        lag: live.lagMessages() ?? Number.NaN,
        groupPartitions: observations.reduce(
          (sum, each) => sum + (each.kind === 'offsets' ? each.block.partitions.length : 0),
          0,
        ),
      };
    },
    close: () => session.close(),
  };
};
