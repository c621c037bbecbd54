import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../core/clock.ts';
import { parseDurationMs } from '../../core/duration.ts';
import { KnownError } from '../../core/errors.ts';
import { unlessAborted } from '../../core/interruption.ts';
import { connectKafka } from '../../core/kafka/kafka-reader.ts';
import { parseNamePattern } from '../../core/kafka/name-pattern.ts';
import { keepHeapSmall } from '../../core/process/heap-settings.ts';
import type { WatchLine } from '../../core/watch/watch-line.ts';
import { createWatchSession } from '../../core/watch/watch-session.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import { locales } from '../../reporters/locales/index.ts';
import { watchNotice, watchTable } from '../../reporters/watch-table.ts';
import { kafkaPlan } from '../config/build-plan.ts';
import { readKafkaSecurity } from '../config/kafka-security.ts';
import { loadConfig } from '../config/load-config.ts';
import type { ResultFlags } from '../show-result.ts';
import { isScreenWanted, type View } from '../screen/view.ts';
import { listenForSignals } from '../signals.ts';

export type WatchFlags = ResultFlags & {
  readonly brokers?: string;
  readonly kafkaConfig?: string;
  readonly group: readonly string[];
  readonly topic: readonly string[];
  readonly interval?: string;
  readonly window?: string;
  readonly count?: string;
  readonly config?: string;
  readonly view?: View;
};

/** `lagline watch`: lag of groups, live; until it is stopped, its reader goes, or it has looked `--count` times. */
export const watchCommand = async (flags: WatchFlags): Promise<number> => {
  const config = (await loadConfig(flags.config)) ?? {};
  const intervalMs = parseDurationMs(flags.interval ?? '1s', '--interval');
  const windowMs = parseDurationMs(flags.window ?? '60s', '--window');
  const most = flags.count === undefined ? Number.POSITIVE_INFINITY : countOf(flags.count);
  const named = flags.group.length > 0 || (config.kafka?.groups ?? []).length > 0;
  const kafka = kafkaPlan(named ? flags : { ...flags, group: ['*'] }, config, process.env);
  if (kafka === undefined) {
    throw new KnownError('usage', 'no broker is given', { remedy: 'add --brokers host:port' });
  }
  for (const { group, topics = [] } of kafka.groups) {
    parseNamePattern(group, 'consumer group');
    for (const topic of topics) parseNamePattern(topic, 'topic');
  }
  const security = readKafkaSecurity(flags.kafkaConfig, config, process.env);
  const control = listenForSignals();
  const gone = new AbortController();
  // Whoever reads may have had enough (`| head`): there is nobody left to watch for.
  const onError = (): void => gone.abort();
  process.stdout.on('error', onError);
  const stop = AbortSignal.any([control.stop, gone.signal]);
  const session = createWatchSession({
    connect: () => connectKafka({ brokers: kafka.brokers, security }),
    clock: startClock(),
    wanted: kafka.groups,
    windowMs: Math.max(windowMs, 4 * intervalMs),
  });
  keepHeapSmall();
  let display: Display | undefined;
  try {
    await unlessAborted(stop, session.open());
    display = await openDisplay(flags, {
      title: kafka.brokers.join(','),
      intervalMs,
      onQuit: () => gone.abort(),
    });
    for (let tick = 1; !stop.aborted; tick += 1) {
      const startedMs = performance.now();
      display.show(await unlessAborted(stop, session.tick()));
      if (tick >= most) return 0;
      await sleep(Math.max(0, intervalMs - (performance.now() - startedMs)), undefined, { signal: stop });
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    display?.close();
    process.stdout.off('error', onError);
    control.dispose();
    await Promise.race([session.close(), sleep(1000, undefined, { ref: false })]);
  }
  // Thrown, so that connections under way do not keep the program.
  control.stop.throwIfAborted();
  return 0;
};

const countOf = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new KnownError('usage', `--count '${text}' is not a number of looks`, {
    remedy: 'give a whole number from 1 on',
  });
};

type Display = { show(lines: readonly WatchLine[]): void; close(): void };

/** A screen on a terminal, with its code loaded only then; tables that follow each other, or JSON, elsewhere. */
const openDisplay = async (
  flags: WatchFlags,
  options: { readonly title: string; readonly intervalMs: number; readonly onQuit: () => void },
): Promise<Display> => {
  const { env: environment, stdin, stdout } = process;
  if (!isScreenWanted({ view: flags.view, stream: stdout, environment, isPlain: flags.json === true }))
    return { show: flags.json ? showJson : createTable(flags), close: () => {} };
  const [{ loadInk }, { watchScreen }] = await Promise.all([
    import('../screen/load-ink.ts'),
    import('../screen/watch-screen.ts'),
  ]);
  const catalog = locales[flags.lang];
  const ink = await loadInk();
  const screen = watchScreen({ ...options, ink, stdout, stdin, environment, catalog });
  return {
    show: (lines) => {
      // Who keeps the notices elsewhere goes on getting them.
      if (!process.stderr.isTTY) writeNotices(lines, catalog);
      screen.take(lines);
    },
    close: screen.close,
  };
};

const writeNotices = (lines: readonly WatchLine[], catalog: Catalog): void => {
  for (const notice of lines.flatMap((line) => watchNotice(line, catalog) ?? []))
    process.stderr.write(`${notice}\n`);
};

const showJson = (lines: readonly WatchLine[]): void => {
  process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

/** On a terminal each table takes the place of the one before; elsewhere they follow each other. */
const createTable = ({ lang }: Pick<WatchFlags, 'lang'>): ((lines: readonly WatchLine[]) => void) => {
  const catalog = locales[lang];
  const { stdout } = process;
  const isScreen = stdout.isTTY && process.env['TERM'] !== 'dumb' && !process.env['CI'];
  return (lines) => {
    writeNotices(lines, catalog);
    const table = watchTable(lines, catalog);
    if (table !== undefined)
      stdout.write(`${isScreen ? '\u001B[H\u001B[2J' : ''}${table}\n${isScreen ? '' : '\n'}`);
  };
};
