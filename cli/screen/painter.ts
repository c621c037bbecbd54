import type { RowOrder } from '../../core/watch/group-row.ts';
import { rowOrders } from '../../core/watch/group-row.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import type { Painter, ScreenKey } from './screen-app.ts';
import { screenFrame } from './screen-lines.ts';
import type { ScreenModel } from './screen-model.ts';
import { paint } from './spans.ts';

/** What keys choose of a screen. */
export type Choices = { readonly order: RowOrder; readonly scroll: number };

/** Frames of a model for a terminal, with the choices that its keys make. */
export const createPainter = (
  modelNow: (choices: Choices) => ScreenModel,
  catalog: Catalog,
  hasColour: boolean,
): { readonly paint: Painter; choose(key: ScreenKey): void } => {
  let order: RowOrder = 'lag';
  let scroll = 0;
  let mostScroll = 0;
  let page = 1;
  const moves: Readonly<Partial<Record<ScreenKey, () => number>>> = {
    up: () => -1,
    down: () => 1,
    'page-up': () => -page,
    'page-down': () => page,
  };
  return {
    paint: (size) => {
      const frame = screenFrame(modelNow({ order, scroll }), size, catalog);
      ({ mostScroll } = frame);
      page = Math.max(1, Math.floor(size.rows / 2));
      scroll = Math.min(scroll, mostScroll);
      return frame.lines.map((line) => paint(line, hasColour));
    },
    choose: (key) => {
      if (key === 'sort') {
        order = rowOrders[(rowOrders.indexOf(order) + 1) % rowOrders.length] ?? 'lag';
        scroll = 0;
      }
      scroll = Math.max(0, Math.min(mostScroll, scroll + (moves[key]?.() ?? 0)));
    },
  };
};

export const hasColour = (environment: NodeJS.ProcessEnv): boolean => !environment['NO_COLOR'];
