import type { ThresholdRule } from '../../metric-table.ts';
import type { RunPlan } from '../../plan.ts';
import { LagSoFar } from '../../derive/lag-so-far.ts';
import { GroupTopicMap } from '../../record/group-topic-map.ts';
import { isNamedBy, kafkaSource } from '../moments.ts';
import type { LiveRule } from './live-rule.ts';
import { judgeThings, RuleFold } from './rule-fold.ts';

/** A rule on lag. What was read before is taken again only where a partition gets its part in the run. */
export const followLag = (rule: ThresholdRule, { sampling: { intervalMs } }: RunPlan): LiveRule => {
  const topics = new GroupTopicMap<FollowedLag>();
  const isNamed = isNamedBy(rule);
  return {
    take: (observations) => {
      for (const seen of observations) {
        if (seen.kind !== 'offsets' || seen.block.partitions.length === 0 || !isNamed(seen.block)) continue;
        let followed = topics.get(seen.block);
        if (followed === undefined) {
          const { block } = seen;
          followed = new FollowedLag(() => new RuleFold(rule, { ...kafkaSource(block), intervalMs }));
          topics.set(block, followed);
        }
        followed.lag.take(seen.block, seen.times);
      }
    },
    judge: (startedMs, nowMs) =>
      judgeThings(
        rule,
        [...topics.values()].map((followed) => followed.settled(startedMs, nowMs)),
      ),
  };
};

class FollowedLag {
  readonly lag = new LagSoFar();
  readonly #begin: () => RuleFold;
  #fold: RuleFold | undefined;
  #revision = 0;
  #taken = 0;

  constructor(begin: () => RuleFold) {
    this.#begin = begin;
  }

  settled(startedMs: number, nowMs: number): RuleFold {
    const { lag } = this;
    if (this.#revision !== lag.revision) this.#fold = undefined;
    if (this.#fold === undefined)
      [this.#fold, this.#taken, this.#revision] = [this.#begin(), 0, lag.revision];
    for (; this.#taken < lag.length; this.#taken += 1) {
      const [atMs, bounds] = [lag.atMs(this.#taken), lag.at(this.#taken)];
      if (bounds !== undefined) this.#fold.take({ fromMs: atMs, toMs: atMs, ...bounds });
    }
    this.#fold.settle(startedMs, nowMs);
    return this.#fold;
  }
}
