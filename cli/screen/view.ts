import { isInForeground } from './foreground.ts';

export const views = ['screen', 'lines'] as const;
/** How the terminal shows what goes on. */
export type View = (typeof views)[number];

export type ViewQuestion = {
  /** What was asked for; `screen` unless given. */
  readonly view: View | undefined;
  /** The stream it is to be drawn on. */
  readonly stream: { readonly isTTY?: boolean };
  readonly environment: NodeJS.ProcessEnv;
  /** Data for machines, or no progress at all, was asked for. */
  readonly isPlain: boolean;
  readonly isInForeground?: () => boolean;
};

/** A screen only where a person looks at a terminal that can be drawn on, and unless lines were asked for. */
export const isScreenWanted = (question: ViewQuestion): boolean => {
  const { view = 'screen', stream, environment, isPlain } = question;
  if (view === 'lines' || isPlain || stream.isTTY !== true) return false;
  if (environment['CI'] || environment['TERM'] === 'dumb') return false;
  return (question.isInForeground ?? isInForeground)();
};
