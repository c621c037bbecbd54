// Samples as `lagline run` does, in a process of its own so that its memory can be told: `fork` it with the address of the
// broker and a folder for the journal; any message ends it, and it answers what it saw.
import { startClock } from '../../core/clock.ts';
import { createLiveView } from '../../core/live-view.ts';
import { runPlanSchema } from '../../core/plan.ts';
import { keepHeapSmall } from '../../core/process/heap-settings.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import { consumerOffsets } from '../../core/sampling/consumer-offsets.ts';
import { openSamplers, startSamplingLoop } from '../../core/sampling/sampling-loop.ts';
import { createBenchJournal } from '../bench-journal.ts';

export type Ticked = {
  /** How late each tick was, in ms. */
  readonly lateMs: readonly number[];
  /** Ticks that were left out, because the one before was not done or this process was held up. */
  readonly missed: number;
  readonly readings: number;
  readonly lagMessages: number | null;
  readonly memoryMb: readonly number[];
  /** Of that, what the process had before it asked for anything: Node, kafkajs and our code. */
  readonly loadedMb: number;
  readonly cpuSeconds: number;
};

const loadedMb = process.memoryUsage.rss() / 1e6;
const [address = '', dir = ''] = process.argv.slice(2);
keepHeapSmall();
const clock = startClock();
const plan = runPlanSchema.parse({
  scenario: { name: 'ticks' },
  kafka: { brokers: [address], groups: [{ group: 'bench-group-*' }] },
});
const journal = createBenchJournal(dir, { runId: 'ticks', clock, plan });
const open = await openSamplers([consumerOffsets], { plan, clock, watchedProcesses: () => [] });
const live = createLiveView(plan.drain.sustainMs);
const lateMs: number[] = [];
const memoryMb: number[] = [];
let missed = 0;
let readings = 0;
const loop = startSamplingLoop(
  open,
  { plan, clock },
  {
    observe: (observations) => {
      journal.observe(observations);
      live.take(observations);
      const [first] = observations;
      if (first?.kind === 'gauge' && first.series.name === hostSeries.tickLateMs) {
        lateMs.push(first.value);
        memoryMb.push(process.memoryUsage.rss() / 1e6);
      }
      if (observations.some(({ kind }) => kind === 'offsets')) readings += 1;
    },
    gap: ({ fromMs, toMs, reason }) => {
      missed += reason === 'overrun' ? 1 : Math.round((toMs - fromMs) / plan.sampling.intervalMs);
      journal.write({ kind: 'gap', source: 'kafka', fromMs, toMs, reason });
    },
  },
);
process.send?.('ready');
process.once('message', () => {
  const { user, system } = process.cpuUsage();
  const answer: Ticked = {
    lateMs,
    missed,
    readings,
    lagMessages: live.lagMessages(),
    memoryMb,
    loadedMb,
    cpuSeconds: (user + system) / 1e6,
  };
  void loop.stop().then(() => {
    journal.close();
    process.send?.(answer, () => process.exit(0));
  });
});
