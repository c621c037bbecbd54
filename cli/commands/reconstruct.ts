import { readPast } from '../../core/reconstruct/read-past.ts';
import { openHistoryLog } from '../../core/reconstruct/kafka-history-log.ts';
import { readPrometheusPast } from '../../core/reconstruct/prometheus-range.ts';
import { writePast } from '../../core/reconstruct/write-past.ts';
import type { Past } from '../../core/reconstruct/read-past.ts';
import { unlessAborted } from '../../core/interruption.ts';
import { buildReconstruction, type ReconstructFlags } from '../config/build-reconstruction.ts';

import { loadConfig } from '../config/load-config.ts';
import { describeEnvironment } from '../environment.ts';
import { readFormats } from '../formats.ts';
import { createProgress } from '../progress/progress.ts';
import { ownCommand } from '../redact-command.ts';
import { requireWritable, reserveRunFolder, runsFolder } from '../run-folder.ts';
import { showResult, shownPath, type ResultFlags } from '../show-result.ts';
import { listenForSignals } from '../signals.ts';
import { writeReport } from '../write-report.ts';

export type ReconstructCommandFlags = ReconstructFlags &
  ResultFlags & {
    readonly config?: string;
    readonly out?: string;
    readonly format: readonly string[];
    readonly quiet?: boolean;
  };

/** `lagline reconstruct`: the run folder of a past period; answers the exit code, which is the verdict. */
export const reconstructCommand = async (flags: ReconstructCommandFlags): Promise<number> => {
  const nowMs = Date.now();
  const config = (await loadConfig(flags.config)) ?? {};
  const { plan, period, kafkaSecurity, rulesLeftOut } = buildReconstruction(
    flags,
    config,
    process.env,
    nowMs,
  );
  const formats = readFormats(flags.format.length > 0 ? flags.format : config.format);
  const out = runsFolder(flags.out ?? config.out);
  requireWritable(out);
  const progress = createProgress(process.stderr, {
    isQuiet: flags.quiet === true,
    environment: process.env,
  });
  if (rulesLeftOut.length > 0)
    progress.warn(`rules of the config left out, for a past period does not know ${rulesLeftOut.join(', ')}`);
  const control = listenForSignals();
  try {
    const { stop } = control;
    const onStep = (step: string): void => progress.step({ step });
    const log = await unlessAborted(stop, openHistoryLog(plan.kafka.brokers, kafkaSecurity));
    let past: Past;
    try {
      past = await unlessAborted(
        stop,
        readPast(log, { groups: plan.kafka.groups, period, nowMs, stop, onStep }),
      );
    } finally {
      log.close();
    }
    const metrics = await unlessAborted(stop, readPrometheusPast(plan.prometheus, period));
    const { runId, folder } = reserveRunFolder(out, plan.scenario.name, new Date(period.fromMs));
    const environment = describeEnvironment(undefined, commandOf(plan.reconstruction), plan.kafka.brokers);
    writePast({ runFolder: folder, runId, plan, environment }, period, past, metrics);
    const report = await writeReport([folder], folder, flags.lang, formats);
    progress.finish();
    sayMissing(past, period.fromMs, progress.warn);
    showResult(report.document, flags);
    progress.say(`report: ${shownPath(report.mainPath)}`);
    return report.document.verdict.exitCode;
  } finally {
    progress.finish();
    control.dispose();
  }
};

/** The command as it can be given again: times relative to now would mean another period then. */
const commandOf = (period: { from: string; to: string } | undefined): string[] => {
  const command = ownCommand();
  const given = command.flatMap((word, index) => {
    if (/^--(?:from|to)$/.test(command[index - 1] ?? '')) return [];
    return /^--(?:from|to)(?:=|$)/.test(word) ? [] : [word];
  });
  return period === undefined ? given : [...given, '--from', period.from, '--to', period.to];
};

const sayMissing = (
  { topics, unreadableRecords }: Past,
  zeroMs: number,
  say: (text: string) => void,
): void => {
  const iso = (elapsedMs: number): string => new Date(zeroMs + elapsedMs).toISOString();
  for (const { missing } of topics)
    for (const { group, topic, partitions, reason, fromMs, toMs } of missing)
      say(
        `missing: ${group}/${topic}, partitions ${partitions.join(', ')}, from ${iso(fromMs)} to ${iso(toMs)}: ${reason}`,
      );
  if (unreadableRecords > 0)
    say(`${unreadableRecords} records of __consumer_offsets are of a version that lagline does not know`);
};
