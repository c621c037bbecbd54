import { join } from 'node:path';
import { signalOf, unlessAborted } from '../../core/interruption.ts';
import { keepHeapSmall } from '../../core/process/heap-settings.ts';
import { run } from '../../core/run/run.ts';
import { k6Tool } from '../../core/tools/k6.ts';
import { systemContext } from '../../core/tools/context.ts';
import { k6Complaint } from '../k6-complaint.ts';
import { buildPlan, type RunFlags } from '../config/build-plan.ts';
import { loadConfig } from '../config/load-config.ts';
import { describeEnvironment } from '../environment.ts';
import { openRunDisplay } from '../open-run-display.ts';
import type { ProgressDisplay } from '../progress/progress.ts';
import type { View } from '../screen/view.ts';
import { readFormats } from '../formats.ts';
import { tellGithub } from '../github-step.ts';
import { sayFault } from '../fault-notice.ts';
import { ownCommand } from '../redact-command.ts';
import {
  hasJournal,
  releaseRunFolder,
  requireWritable,
  reserveRunFolder,
  runsFolder,
  type RunPlace,
} from '../run-folder.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { exitCodeOfSignal, listenForSignals } from '../signals.ts';
import { writeReport, type Language } from '../write-report.ts';

export type RunCommandFlags = RunFlags &
  ResultFlags & {
    readonly config?: string;
    readonly out?: string;
    readonly format: readonly string[];
    readonly quiet?: boolean;
    readonly view?: View;
  };

/** A run that broke has left its journal; what it says is worth a report, and the reason it broke is worth more. */
const reportWhatThereIs = async (
  folder: string,
  lang: Language,
  formats: readonly string[],
  progress: ProgressDisplay,
): Promise<void> => {
  if (!hasJournal(folder)) return;
  try {
    progress.say(
      `report of what there is: ${shownPath((await writeReport([folder], folder, lang, formats)).mainPath)}`,
    );
  } catch {
    // As when the disk is full: the error that broke the run is the one to show.
  }
};

/** `lagline run`: answers the exit code, which is the verdict. */
export const runCommand = async (scenarioOrScript: string, flags: RunCommandFlags): Promise<number> => {
  const config = (await loadConfig(flags.config)) ?? {};
  const { plan, variables, probeAddresses, kafkaSecurity, secrets } = buildPlan(
    scenarioOrScript,
    flags,
    config,
    process.env,
  );
  const formats = readFormats(flags.format.length > 0 ? flags.format : config.format);
  const out = runsFolder(flags.out ?? config.out);
  requireWritable(out);
  const control = listenForSignals();
  const progress = await openRunDisplay(flags, { plan, control });
  let place: RunPlace | undefined;
  try {
    const k6 = await unlessAborted(control.stop, k6Tool(systemContext()).ensure(progress.step));
    place = reserveRunFolder(out, plan.scenario.name, new Date());
    const { runId, folder } = place;
    keepHeapSmall();
    await run({
      plan,
      runId,
      runFolder: folder,
      k6,
      variables: { RUN_ID: runId, ...variables },
      probeAddresses,
      secrets,
      kafkaSecurity,
      environment: describeEnvironment(k6.version, ownCommand(), plan.kafka?.brokers),
      control,
      onProgress: progress.run,
      onNotice: progress.notice,
      onFault: (event) => sayFault(event, progress),
    }).catch(async (error: unknown) => {
      progress.finish();
      await reportWhatThereIs(folder, flags.lang, formats, progress);
      throw error;
    });
    progress.finish();
    if (control.abort.aborted) {
      progress.say(
        `stopped at once; what was seen is in ${shownPath(join(folder, 'run.jsonl'))} (lagline report ${shownPath(folder)})`,
      );
      throw control.abort.reason;
    }
    const report = await writeReport([folder], folder, flags.lang, formats);
    showResult(report.document, flags);
    const complaint = k6Complaint(folder, report.document);
    if (complaint !== undefined) progress.say(complaint);
    tellGithub(report, process.env, progress.say);
    progress.say(`report: ${shownPath(report.mainPath)}`);
    return control.stop.aborted ? exitCodeOfSignal(signalOf(control.stop)) : report.document.verdict.exitCode;
  } finally {
    if (place !== undefined) releaseRunFolder(place);
    progress.finish();
    control.dispose();
  }
};
