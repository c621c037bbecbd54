import { groupRowsOf } from '../../core/watch/group-row.ts';
import type { WatchLine } from '../../core/watch/watch-line.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import { inOneLine } from '../../reporters/plain-text.ts';
import { plainStyle } from '../../reporters/plain-style.ts';
import { eventText } from '../../reporters/wording.ts';
import { createEventLog } from './event-log.ts';
import { followRows } from './followed-rows.ts';
import type { LoadedInk } from './load-ink.ts';
import { openScreen } from './open-screen.ts';
import { createPainter, hasColour } from './painter.ts';
import { sliceMs } from './run-screen.ts';

export type WatchScreenOptions = {
  readonly ink: LoadedInk;
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly environment: NodeJS.ProcessEnv;
  readonly catalog: Catalog;
  readonly title: string;
  readonly intervalMs: number;
  readonly onQuit: () => void;
};

export type WatchScreen = {
  readonly take: (lines: readonly WatchLine[]) => void;
  readonly close: () => void;
};

const drawnEveryMs = 1000;

/** The screen of `lagline watch`, drawn with each tick, and once a second where ticks are further apart. */
export const watchScreen = (options: WatchScreenOptions): WatchScreen => {
  const { catalog, stdin } = options;
  const startedMs = performance.now();
  const nowMs = (): number => performance.now() - startedMs;
  const followed = followRows(nowMs, sliceMs(options.intervalMs));
  const log = createEventLog();
  let lostSinceEpochMs: number | null = null;
  const painter = createPainter(
    (choices) => ({
      ...choices,
      title: options.title,
      nowEpochMs: Date.now(),
      elapsedMs: nowMs(),
      lostSinceEpochMs,
      rows: followed.rows(choices.order),
      total: followed.total(),
      totalSlices: followed.totalSlices,
      events: log.newest,
      hasKeys: stdin.isTTY,
    }),
    catalog,
    hasColour(options.environment),
  );
  const screen = openScreen({
    ink: options.ink,
    stdout: options.stdout,
    stdin,
    painter: painter.paint,
    onKey: (key) => (key === 'quit' ? options.onQuit() : painter.choose(key)),
  });
  let drawnMs = nowMs();
  const draw = (): void => {
    drawnMs = nowMs();
    screen.draw();
  };
  const timer = setInterval(() => {
    if (nowMs() - drawnMs >= 0.9 * drawnEveryMs) draw();
  }, drawnEveryMs);
  return {
    take: (lines) => {
      for (const line of lines) {
        const told = noticeOf(line, catalog);
        if (told !== undefined) log.add({ atEpochMs: Date.parse(line.time), ...told });
        if (line.kind === 'gap') lostSinceEpochMs = Date.parse(line.time);
        if (line.kind === 'gap-end') lostSinceEpochMs = null;
      }
      if (lostSinceEpochMs === null) followed.take(groupRowsOf(lines), nowMs());
      else followed.lose();
      draw();
    },
    close: () => {
      clearInterval(timer);
      screen.close();
    },
  };
};

const noticeOf = (
  line: WatchLine,
  catalog: Catalog,
): { readonly text: string; readonly isWarning: boolean } | undefined => {
  const { screen, formats } = catalog;
  switch (line.kind) {
    case 'gap':
      return { text: screen.gap('kafka', inOneLine(line.reason)), isWarning: true };
    case 'gap-end':
      return { text: screen.readAgain(formats.duration(line.durationMs)), isWarning: false };
    case 'event': {
      const reason = inOneLine(String(line.facts['reason'] ?? ''));
      if (line.name === 'waiting') return { text: screen.waitingFor(reason), isWarning: false };
      if (line.name === 'unreadable') return { text: screen.unreadable(reason), isWarning: true };
      return { text: eventText(line.name, line.facts, catalog, plainStyle), isWarning: false };
    }
    default:
      return undefined;
  }
};
