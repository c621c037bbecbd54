import type { RunProgress } from '../../core/run/run.ts';
import type { ProgressEvent } from '../../core/tools/tool.ts';
import { formatClock, formatCount } from './format.ts';

/** What is happening, on stderr: one line rewritten in place on a terminal, a plain line now and then elsewhere. */
export type ProgressDisplay = {
  readonly run: (progress: RunProgress) => void;
  readonly step: (event: ProgressEvent) => void;
  /** A sentence that stays. */
  readonly say: (text: string) => void;
  /** Likewise one that has to be said even where no progress is wanted. */
  readonly warn: (text: string) => void;
  /** Ends the line that is being rewritten. */
  readonly finish: () => void;
};

export type ProgressStream = {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
};

const plainIntervalMs = 5000;

export const createProgress = (
  stream: ProgressStream,
  options: {
    readonly isQuiet: boolean;
    readonly environment: NodeJS.ProcessEnv;
    readonly monotonicMs?: () => number;
  },
): ProgressDisplay => {
  if (options.isQuiet) {
    const warn = (text: string): void => void stream.write(`${text}\n`);
    return { run: () => {}, step: () => {}, say: () => {}, warn, finish: () => {} };
  }
  const { CI: ci, TERM: term } = options.environment;
  const canRewrite = stream.isTTY === true && !ci && term !== 'dumb';
  return canRewrite
    ? rewritingDisplay(stream)
    : plainDisplay(stream, options.monotonicMs ?? (() => performance.now()));
};

const rewritingDisplay = (stream: ProgressStream): ProgressDisplay => {
  let isOpen = false;
  const show = (text: string): void => {
    stream.write(`\r\u001B[2K${fit(text, (stream.columns ?? 80) - 1)}`);
    isOpen = true;
  };
  const finish = (): void => {
    if (isOpen) stream.write('\n');
    isOpen = false;
  };
  const say = (text: string): void => {
    finish();
    stream.write(`${text}\n`);
  };
  return {
    run: (progress) => show(runLine(progress)),
    step: (event) => show(stepLine(event)),
    say,
    warn: say,
    finish,
  };
};

const plainDisplay = (stream: ProgressStream, monotonicMs: () => number): ProgressDisplay => {
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastKey = '';
  const say = (text: string): void => void stream.write(`${text}\n`);
  const show = (key: string, text: string): void => {
    if (key === lastKey && monotonicMs() - lastMs < plainIntervalMs) return;
    lastKey = key;
    lastMs = monotonicMs();
    stream.write(`${text}\n`);
  };
  return {
    run: (progress) => show(progress.phase, runLine(progress)),
    step: (event) => show(event.step, stepLine(event)),
    say,
    warn: say,
    finish: () => {},
  };
};

const fit = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;

export const runLine = ({
  phase,
  elapsedMs,
  remainingMs,
  figures,
  lagMessages,
  drainForecast,
}: RunProgress): string =>
  [
    `${phase.padEnd(5)} ${formatClock(elapsedMs)}${remainingMs === null ? '' : ` (${formatClock(remainingMs)} left)`}`,
    ...(phase === 'load'
      ? [
          `${figures.requestsPerSecond === undefined ? '-' : formatCount(figures.requestsPerSecond)} req/s`,
          `errors ${figures.failedShare === undefined ? '-' : `${(100 * figures.failedShare).toFixed(2)}%`}`,
          `p95 ${figures.p95Ms === undefined ? '-' : `${formatCount(figures.p95Ms)}ms`}`,
        ]
      : []),
    ...(lagMessages === null ? [] : [`lag ${formatCount(lagMessages)}`]),
    ...(drainForecast === null || lagMessages === 0 ? [] : [drainText(drainForecast)]),
  ].join(' · ');

/** With the 90 % interval. */
const drainText = ({ restMs, restLowMs, restHighMs }: NonNullable<RunProgress['drainForecast']>): string =>
  `drains in ~${formatClock(restMs)} (${formatClock(restLowMs)} to ${formatClock(restHighMs)})`;

const stepLine = ({ step, detail, doneBytes, totalBytes }: ProgressEvent): string => {
  const bytes =
    doneBytes === undefined
      ? ''
      : ` ${mebibytes(doneBytes)}${totalBytes === undefined ? '' : `/${mebibytes(totalBytes)}`} MiB`;
  return `${step}${detail === undefined ? '' : ` · ${detail}`}${bytes}`;
};

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
