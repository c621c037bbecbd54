import type { TerminalSuspension } from 'ink';
import { isInForeground } from './foreground.ts';
import type { LoadedInk } from './load-ink.ts';
import type { Painter, ScreenKey } from './screen-app.ts';

export type Screen = {
  /** Draws what is known now; at most a few times a second, and not while the terminal is somebody else's. */
  draw(): void;
  /** Gives the terminal back as it was. */
  close(): void;
};

export type ScreenOptions = {
  readonly ink: LoadedInk;
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly painter: Painter;
  readonly onKey: (key: ScreenKey) => void;
};

const mostFramesPerSecond = 4;

/** The terminal's other screen, drawn by Ink, until it is closed or the process ends. */
export const openScreen = ({ ink, stdout, stdin, painter, onKey }: ScreenOptions): Screen => {
  const hasKeys = stdin.isTTY;
  let suspend: (() => Promise<TerminalSuspension>) | undefined;
  let suspension: Promise<TerminalSuspension> | undefined;
  let isClosed = false;

  const giveBack = (): void => {
    if (suspension === undefined && !isClosed) suspension = suspend?.();
  };
  const takeBack = async (): Promise<void> => {
    const given = suspension;
    if (given === undefined || isClosed || !isInForeground()) return;
    suspension = undefined;
    await (await given).resume();
  };
  /** Sent to the whole job, as the terminal would have done: npm and its like have to know, too. */
  const onSignalKey = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGTSTP') giveBack();
    process.kill(0, signal);
  };
  /** After a stop we may be anywhere: in the foreground again, or in the background, where nothing is ours. */
  const onContinue = (): void => {
    if (!isInForeground()) giveBack();
    else void takeBack();
  };
  // A terminal that goes away fails whoever still reads from it; SIGHUP is what ends us then.
  const onInputError = (): void => {};

  const element = (): ReturnType<typeof ink.createElement> =>
    ink.createElement(ink.ScreenApp, {
      // Another one each time, or React would see nothing new.
      painter: (size) => painter(size),
      hasKeys,
      onKey: (key) => {
        onKey(key);
        draw();
      },
      onSignalKey,
      onReady,
    });
  const onReady = (given: () => Promise<TerminalSuspension>): void => {
    suspend = given;
  };
  const instance = ink.render(element(), {
    stdout,
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    interactive: true,
    maxFps: mostFramesPerSecond,
  });
  stdin.on('error', onInputError);
  process.on('SIGCONT', onContinue);

  const draw = (): void => {
    if (isClosed) return;
    if (suspension === undefined) instance.rerender(element());
    else void takeBack();
  };
  return {
    draw,
    close: () => {
      if (isClosed) return;
      isClosed = true;
      process.off('SIGCONT', onContinue);
      instance.unmount();
      // Ink leaves that for later; whatever is printed next is to find the terminal as it was.
      if (hasKeys) stdin.setRawMode(false);
      stdin.pause();
      stdin.off('error', onInputError);
    },
  };
};
