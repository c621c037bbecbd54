import { Box, Text, Transform, useApp, useInput, useWindowSize, type TerminalSuspension } from 'ink';
import { createElement, useEffect, useRef, type FunctionComponent } from 'react';

/** A key that the screen itself does not handle, by what it is for. */
export type ScreenKey = 'quit' | 'sort' | 'up' | 'down' | 'page-up' | 'page-down';

export type ScreenSize = { readonly columns: number; readonly rows: number };

/** Lines that are ready for the terminal, for its size now. */
export type Painter = (size: ScreenSize) => readonly string[];

export type ScreenProps = {
  readonly painter: Painter;
  /** Keys are read from a terminal. */
  readonly hasKeys: boolean;
  readonly onKey: (key: ScreenKey) => void;
  /** A signal that the terminal would send for a key, did it not hand all of them to us. */
  readonly onSignalKey: (signal: NodeJS.Signals) => void;
  /** Handed the way to give the terminal back for a while. */
  readonly onReady: (suspend: () => Promise<TerminalSuspension>) => void;
};

/**
 * A frame of lines that were made elsewhere; it computes nothing and knows nothing of what they say. To Ink each line is a
 * dot until it is written: lines fit already, and to measure them again, character by character, took most of a frame.
 */
export const ScreenApp: FunctionComponent<ScreenProps> = (props) => {
  const { painter, hasKeys, onReady } = props;
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  const suspend = useRef(suspendTerminal);
  suspend.current = suspendTerminal;
  useEffect(() => onReady(() => suspend.current()), [onReady]);
  // A last row without text keeps terminals from scrolling.
  const lines = painter({ columns, rows: Math.max(1, rows - 1) });
  return createElement(
    Box,
    { flexDirection: 'column' },
    createElement(Transform, {
      transform: (_, index) => lines[index] ?? '',
      children: createElement(Text, null, lines.map(() => '.').join('\n')),
    }),
    hasKeys ? createElement(Keys, props) : null,
  );
};

/** Terminals hand every key over, so that what they would have made of some has to be done here. */
const Keys: FunctionComponent<ScreenProps> = ({ onKey, onSignalKey }) => {
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onSignalKey('SIGINT');
    else if (key.ctrl && input === 'z') onSignalKey('SIGTSTP');
    else if (input === '\u001C' || (key.ctrl && input === '\\')) onSignalKey('SIGQUIT');
    else if (key.upArrow || input === 'k') onKey('up');
    else if (key.downArrow || input === 'j') onKey('down');
    else if (key.pageUp) onKey('page-up');
    else if (key.pageDown) onKey('page-down');
    else if (input === 'q') onKey('quit');
    else if (input === 's') onKey('sort');
  });
  return null;
};
