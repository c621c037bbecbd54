import type { RunPlan } from '../core/plan.ts';
import { locales } from '../reporters/locales/index.ts';
import { createProgress } from './progress/progress.ts';
import type { RunDisplay } from './screen/run-screen.ts';
import { isScreenWanted, type View } from './screen/view.ts';
import type { ResultFlags } from './show-result.ts';
import type { SignalControl } from './signals.ts';

export type RunDisplayFlags = ResultFlags & { readonly quiet?: boolean; readonly view?: View };

/** A screen on a terminal, with its code loaded only then and before any load; lines elsewhere. */
export const openRunDisplay = async (
  flags: RunDisplayFlags,
  { plan, control }: { readonly plan: RunPlan; readonly control: SignalControl },
): Promise<RunDisplay> => {
  const { env: environment, stdin, stderr: stream } = process;
  const isQuiet = flags.quiet === true;
  const lines = createProgress(stream, { isQuiet, environment });
  if (!isScreenWanted({ view: flags.view, stream, environment, isPlain: isQuiet || flags.json === true }))
    return { ...lines, notice: () => {} };
  const [{ loadInk }, { runScreen }] = await Promise.all([
    import('./screen/load-ink.ts'),
    import('./screen/run-screen.ts'),
  ]);
  return runScreen({
    lines,
    ink: await loadInk(),
    stream,
    stdin,
    environment,
    catalog: locales[flags.lang],
    title: plan.scenario.name,
    hasKafka: plan.kafka !== undefined,
    intervalMs: plan.sampling.intervalMs,
    rules: Object.values(plan.thresholds).flat().length,
    isStopping: () => control.stop.aborted,
    onQuit: () => control.interrupt(),
  });
};
