import type { Goal } from '../goals.ts';
import { change } from '../statistics.ts';
import { capacityOf, measureQuarters } from './measure.ts';
import type { Target } from './target.ts';
import type { Surroundings } from './variants.ts';

/** Whether the cost grows with the run: capacity in the quarters of a long one. */
export const growthGoal = async (
  requests: number,
  target: Target,
  surroundings: Surroundings,
  say: (line: string) => unknown,
): Promise<Goal> => {
  const bare = await measureQuarters('bare', requests, target, surroundings);
  const lagline = await measureQuarters('lagline', requests, target, surroundings);
  const capacities = lagline.map((quarter, index) => capacityOf(quarter, [bare[index] ?? quarter]));
  say(
    `capacity in the quarters of ${requests.toLocaleString('en')} requests: ${capacities.map(change).join(', ')}`,
  );
  const share = (1 + (capacities.at(-1) ?? Number.NaN)) / (1 + (capacities[0] ?? Number.NaN));
  return {
    what: 'capacity in the last quarter of a long run beside the first',
    seen: share.toFixed(3),
    target: '≥ 0.98',
    isMet: share >= 0.98,
  };
};
