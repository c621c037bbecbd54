import type { RunNotice, RunProgress } from '../../core/run/run.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import { inOneLine } from '../../reporters/plain-text.ts';
import { plainStyle } from '../../reporters/plain-style.ts';
import { eventText, reasonText } from '../../reporters/wording.ts';
import type { ProgressDisplay } from '../progress/progress.ts';
import { createEventLog } from './event-log.ts';
import { followRows } from './followed-rows.ts';
import type { LoadedInk } from './load-ink.ts';
import { openScreen, type Screen } from './open-screen.ts';
import { createPainter, hasColour } from './painter.ts';

export type RunScreenOptions = {
  /** Shows what is before and after the load, and what stays. */
  readonly lines: ProgressDisplay;
  readonly ink: LoadedInk;
  readonly stream: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly environment: NodeJS.ProcessEnv;
  readonly catalog: Catalog;
  readonly title: string;
  readonly hasKafka: boolean;
  readonly intervalMs: number;
  /** Rules in all. */
  readonly rules: number;
  /** The run was asked to end. */
  readonly isStopping: () => boolean;
  /** A key asks the run to end. */
  readonly onQuit: () => void;
};

export type RunDisplay = ProgressDisplay & { readonly notice: (notice: RunNotice) => void };

/** A character of a sparkline stands for so long at least. */
export const sliceMs = (intervalMs: number): number => Math.max(5000, 2 * intervalMs);

/**
 * The screen of `lagline run`, from the beginning of the load until it is finished; what was said meanwhile then follows as
 * lines, as without it.
 */
export const runScreen = (options: RunScreenOptions): RunDisplay => {
  const { lines, catalog, stdin } = options;
  const startedMs = performance.now();
  const nowMs = (): number => performance.now() - startedMs;
  const followed = followRows(nowMs, sliceMs(options.intervalMs));
  const log = createEventLog();
  const toSay: (() => void)[] = [];
  let screen: Screen | undefined;
  let progress: RunProgress | undefined;
  let isFinished = false;

  const painter = createPainter(
    (choices) => ({
      ...choices,
      title: options.title,
      nowEpochMs: Date.now(),
      elapsedMs: progress?.elapsedMs ?? 0,
      run: {
        phase: progress?.phase ?? 'load',
        remainingMs: progress?.remainingMs ?? null,
        figures: progress?.figures ?? nothingYet,
        drainForecast: progress?.drainForecast ?? null,
        verdicts: progress?.judged ?? [],
        rulesAtEnd: options.rules - (progress?.judged.length ?? 0),
        hasKafka: options.hasKafka,
        isStopping: options.isStopping(),
      },
      lostSinceEpochMs: null,
      rows: followed.rows(choices.order),
      total: followed.total(),
      totalSlices: followed.totalSlices,
      events: log.newest,
      hasKeys: stdin.isTTY,
    }),
    catalog,
    hasColour(options.environment),
  );
  const tell = (text: string, isWarning: boolean): void =>
    log.add({ atEpochMs: Date.now(), text: inOneLine(text), isWarning });
  const speak = (text: string, say: (text: string) => void, isWarning: boolean): void => {
    if (screen === undefined) return say(text);
    toSay.push(() => say(text));
    tell(text, isWarning);
    screen.draw();
  };
  const finish = (): void => {
    isFinished = true;
    screen?.close();
    screen = undefined;
    for (const say of toSay.splice(0)) say();
    lines.finish();
  };
  return {
    step: lines.step,
    say: (text) => speak(text, lines.say, false),
    warn: (text) => speak(text, lines.warn, true),
    run: (now) => {
      if (isFinished) return;
      progress = now;
      followed.take(now.groups(), nowMs());
      if (screen === undefined) {
        lines.finish();
        screen = openScreen({
          ink: options.ink,
          stdout: options.stream,
          stdin,
          painter: painter.paint,
          onKey: (key) => (key === 'quit' ? options.onQuit() : painter.choose(key)),
        });
      } else screen.draw();
    },
    notice: (notice) => {
      if (notice.kind === 'gap') {
        const { source, reason } = notice.gap;
        tell(catalog.screen.gap(source, reasonText(reason, catalog, plainStyle) ?? ''), true);
      } else tell(eventText(notice.event.name, notice.event.facts, catalog, plainStyle), false);
    },
    finish,
  };
};

const nothingYet: RunProgress['figures'] = {
  requestsPerSecond: undefined,
  failedShare: undefined,
  p95Ms: undefined,
  activeVUs: undefined,
  requests: 0,
  failedRequests: 0,
  droppedIterations: 0,
};
