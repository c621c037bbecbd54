import type { LinePoint } from './series-points.ts';

/** Told apart by hue, by lightness and by dashes, so that they survive colour blindness and grey print. */
export type LineStyle = { readonly colour: string; readonly dash: readonly number[]; readonly width: number };

export type Line = {
  readonly label: string;
  readonly points: readonly LinePoint[];
  /** Lower edge of an uncertainty band below the line; absent where the line has none. */
  readonly lowerPoints?: readonly LinePoint[];
  readonly style: LineStyle;
  readonly axis: 'left' | 'right';
};

/** One picture: lines over the run's time. All panels of a run share `timeline`. */
export type Panel = {
  readonly title: string;
  readonly subtitle: string;
  readonly leftAxis: string;
  /** Absent: no axis on the right, the space for it stays. */
  readonly rightAxis?: string;
  /** Height an axis reaches at least. */
  readonly leftAtLeast?: number;
  readonly rightAtLeast?: number;
  /** Height of both axes, where they are to be compared. */
  readonly top?: number;
  /** Less high than the others where it is one of several small ones. */
  readonly isSmall?: boolean;
  readonly lines: readonly Line[];
  readonly timeline: Timeline;
};

export type Timeline = {
  readonly durationMs: number;
  readonly axisTitle: string;
  readonly tick: (elapsedMs: number) => string;
  readonly bands: readonly Band[];
  /** Shown in the middle of a panel without any point. */
  readonly noData: string;
};

export type Band = {
  readonly kind: 'load' | 'drain' | 'gap' | 'fault';
  readonly fromMs: number;
  readonly toMs: number;
  /** Longest first; the first that fits is drawn. */
  readonly labels: readonly string[];
};

/** Colours of Okabe and Ito, dark ones first. */
export const styles = {
  // Wider than the dashed lines, so that it shows below one that runs on top of it.
  main: { colour: '#0072B2', dash: [], width: 3.5 },
  second: { colour: '#E69F00', dash: [9, 6], width: 2.5 },
  alarm: { colour: '#D55E00', dash: [3, 3], width: 2.5 },
  quiet: { colour: '#555555', dash: [12, 4, 2, 4], width: 1.8 },
  extra: { colour: '#CC79A7', dash: [6, 3], width: 2.2 },
  dark: { colour: '#000000', dash: [2, 3], width: 2.5 },
  leaf: { colour: '#009E73', dash: [10, 3], width: 2.2 },
  sky: { colour: '#56B4E9', dash: [4, 2, 1, 2], width: 2.2 },
} as const satisfies Record<string, LineStyle>;
