import type { SKRSContext2D } from '@napi-rs/canvas';
import { font, ink } from './panel-axes.ts';

export const sheetWidth = 1400;
export const sheetMargin = 24;
/** Below title and subtitle. */
export const sheetTop = 84;

/** A white page with a title and a subtitle, drawn by hand; PNG. The same drawing gives the same bytes. */
export const drawSheet = async (
  height: number,
  heading: { readonly title: string; readonly subtitle: string },
  draw: (context: SKRSContext2D) => void,
): Promise<Uint8Array> => {
  // Loaded where something is drawn: who only writes text does without.
  const [{ createCanvas }, { loadChartFont }] = [
    await import('@napi-rs/canvas'),
    await import('./chart-font.ts'),
  ];
  loadChartFont();
  const canvas = createCanvas(sheetWidth, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#FFFFFF';
  context.fillRect(0, 0, sheetWidth, height);
  write(context, heading.title, sheetMargin, 34, { size: 19, isBold: true });
  write(context, heading.subtitle, sheetMargin, 60, { size: 14, colour: '#555555' });
  draw(context);
  return canvas.encode('png');
};

export type Writing = {
  readonly size?: number;
  readonly isBold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
  /** Pixels there are for it; longer text ends in an ellipsis. */
  readonly room?: number;
};

/** Text with its baseline at y. */
export const write = (
  context: SKRSContext2D,
  text: string,
  x: number,
  y: number,
  { size = 14, isBold = false, colour = ink, align = 'left', room }: Writing = {},
): void => {
  const { family, weight } = font(size, isBold ? 'bold' : 'normal');
  context.font = `${weight} ${size}px ${family}`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(room === undefined ? text : cut(context, text, room), x, y);
};

const cut = (context: SKRSContext2D, text: string, room: number): string => {
  if (context.measureText(text).width <= room) return text;
  let short = [...text];
  while (short.length > 1 && context.measureText(`${short.join('')}…`).width > room)
    short = short.slice(0, -1);
  return `${short.join('')}…`;
};

export const line = (
  context: SKRSContext2D,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  { colour, width = 1, dash = [] }: { colour: string; width?: number; dash?: readonly number[] },
): void => {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash([...dash]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.restore();
};

export const dot = (
  context: SKRSContext2D,
  x: number,
  y: number,
  { colour, radius = 4, isHollow = false }: { colour: string; radius?: number; isHollow?: boolean },
): void => {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = isHollow ? '#FFFFFF' : colour;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
};

/** Colour of what got worse, better, or neither, as the charts of runs have them. */
export const verdictColours = {
  regression: '#D55E00',
  improvement: '#009E73',
  neither: '#555555',
} as const;

/** Step of 1, 2 or 5 times a power of ten such that at most `most` of them make up a span. */
export const niceStep = (span: number, most: number): number => {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => span / step <= most) ?? 10 * power;
};
