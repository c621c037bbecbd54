import type { ChartData } from './chart-data.ts';

/** As much of the page's DOM as the charts use; lagline itself has no DOM. */
type PageElement = {
  textContent: string | null;
  hidden: boolean;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: PageElement[]): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  setPointerCapture(pointerId: number): void;
  getBoundingClientRect(): { readonly left: number; readonly width: number };
};
type PageEvent = {
  readonly clientX: number;
  readonly pointerId: number;
  readonly key: string;
  readonly button: number;
  preventDefault(): void;
};
export type Page = {
  getElementById(id: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  createElement(name: string): PageElement;
  createElementNS(namespace: string, name: string): PageElement;
};

/** What the page says beside its charts. */
export type ChartPageWords = { readonly hint: string; readonly reset: string };

/**
 * Draws every chart of the page as SVG: hover or arrow keys show values, dragging zooms all charts of a run, legend
 * entries switch lines. It becomes the page's script as it stands here (`toString`), so that nothing of the module
 * around it may be used in it.
 */
export const drawCharts = (page: Page, elapsed: (ms: number) => string): void => {
  const size = { width: 1000, height: 330, left: 76, right: 76, top: 34, bottom: 46 };
  const plotWidth = size.width - size.left - size.right;
  const plotHeight = size.height - size.top - size.bottom;
  const bottom = size.top + plotHeight;
  const { charts, words } = JSON.parse(page.getElementById('chart-data')?.textContent ?? '') as {
    charts: ChartData[];
    words: ChartPageWords;
  };

  type Attributes = Record<string, string | number>;
  const svg = (name: string, attributes: Attributes, ...children: (PageElement | string)[]): PageElement => {
    const element = page.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const numberText = (value: number): string => {
    if (Math.abs(value) >= 1e7) return value.toLocaleString('en-US', { notation: 'compact' });
    const digits = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4;
    return value.toLocaleString('en-US', { maximumFractionDigits: digits });
  };
  /** A round step that cuts the range into at most so many parts. */
  const roundStep = (range: number, parts: number): number => {
    const power = 10 ** Math.floor(Math.log10(range / parts));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => range / step <= parts) ?? range;
  };
  const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
  const timeStep = (rangeMs: number): number =>
    (timeSteps.find((seconds) => rangeMs / (seconds * 1000) <= 12) ?? rangeMs / 12_000) * 1000;

  type Drawn = { readonly group: number; zoom(view: View | undefined): void };
  type View = { readonly from: number; readonly to: number };
  const drawn: Drawn[] = [];

  const setUp = (figure: PageElement, chart: ChartData, id: number): void => {
    const hidden = new Set<number>();
    const whole: View = { from: 0, to: chart.durationMs };
    let view = whole;
    let cursorMs: number | undefined;
    let selection: View | undefined;

    const x = (ms: number): number => size.left + ((ms - view.from) / (view.to - view.from)) * plotWidth;
    const step = { left: roundStep(chart.left.max, 5), right: roundStep(chart.right?.max ?? 1, 5) };
    const top = {
      left: Math.ceil(chart.left.max / step.left - 1e-9) * step.left,
      right: Math.ceil((chart.right?.max ?? 1) / step.right - 1e-9) * step.right,
    };
    const y = (value: number, axis: 'left' | 'right'): number => bottom - (value / top[axis]) * plotHeight;
    const at = (ms: number, value: number, axis: 'left' | 'right'): string =>
      `${x(ms).toFixed(1)} ${y(value, axis).toFixed(1)}`;

    const axes = (): PageElement[] => {
      const parts: PageElement[] = [];
      for (let value = 0; value <= top.left * 1.0001; value += step.left) {
        const height = y(value, 'left');
        parts.push(
          svg('line', { class: 'grid', x1: size.left, x2: size.width - size.right, y1: height, y2: height }),
        );
        parts.push(svg('text', { x: size.left - 8, y: height + 4, 'text-anchor': 'end' }, numberText(value)));
      }
      for (let value = 0; chart.right !== null && value <= top.right * 1.0001; value += step.right)
        parts.push(
          svg('text', { x: size.width - size.right + 8, y: y(value, 'right') + 4 }, numberText(value)),
        );
      const every = timeStep(view.to - view.from);
      for (let ms = Math.ceil(view.from / every) * every; ms <= view.to; ms += every) {
        parts.push(svg('line', { class: 'grid', x1: x(ms), x2: x(ms), y1: size.top, y2: bottom }));
        parts.push(svg('text', { x: x(ms), y: bottom + 18, 'text-anchor': 'middle' }, elapsed(ms)));
      }
      const middle = size.left + plotWidth / 2;
      parts.push(svg('text', { x: middle, y: size.height - 8, 'text-anchor': 'middle' }, chart.timeAxis));
      parts.push(svg('text', { x: 4, y: 14 }, chart.left.title));
      if (chart.right !== null)
        parts.push(svg('text', { x: size.width - 4, y: 14, 'text-anchor': 'end' }, chart.right.title));
      return parts;
    };

    const bands = (): PageElement[] =>
      chart.bands.flatMap(({ kind, from, to, label }) => {
        const [start, end] = [Math.max(x(from), size.left), Math.min(x(to), size.width - size.right)];
        if (end <= start) return [];
        const height = kind === 'fault' ? size.top + 14 : size.top - 6;
        const hasRoom = label.length * 12 < end - start || kind === 'fault';
        return [
          svg('rect', {
            class: `band-${kind}`,
            x: start,
            y: size.top,
            width: Math.max(1, end - start),
            height: plotHeight,
          }),
          ...(hasRoom ? [svg('text', { x: start + 4, y: height }, label)] : []),
        ];
      });

    const lines = (): PageElement[] =>
      chart.lines.flatMap((line, index) => {
        if (hidden.has(index)) return [];
        let path = '';
        let isBroken = true;
        const dots: PageElement[] = [];
        line.points.forEach(([ms, value], place) => {
          if (value === null) {
            isBroken = true;
            return;
          }
          path += `${isBroken ? 'M' : 'L'}${at(ms, value, line.axis)}`;
          isBroken = false;
          if (
            (line.points[place - 1]?.[1] ?? null) === null &&
            (line.points[place + 1]?.[1] ?? null) === null
          )
            dots.push(svg('circle', { class: `f-${line.colour}`, cx: x(ms), cy: y(value, line.axis), r: 3 }));
        });
        const upper = line.points.filter(([, value]) => value !== null);
        const lower = (line.lower ?? []).filter(([, value]) => value !== null).toReversed();
        const edge = [...upper, ...lower].map(([ms, value]) => at(ms, value ?? 0, line.axis));
        return [
          ...(lower.length === 0
            ? []
            : [svg('path', { class: `area f-${line.colour}`, d: `M${edge.join('L')}Z` })]),
          svg('path', {
            class: `line c-${line.colour}`,
            'stroke-width': line.width * 0.8,
            'stroke-dasharray': line.dash,
            d: path,
          }),
          ...dots,
        ];
      });

    /** The value of a line at the point that is nearest to a time; of a gap there is none. */
    const nearest = (points: ChartData['lines'][number]['points'], ms: number) =>
      points.reduce<readonly [number, number | null] | undefined>(
        (best, point) =>
          best === undefined || Math.abs(point[0] - ms) < Math.abs(best[0] - ms) ? point : best,
        undefined,
      );

    const cursor = (): PageElement[] => {
      if (cursorMs === undefined) return [];
      const ms = cursorMs;
      const shown = chart.lines.flatMap((line, index) => {
        const point = hidden.has(index) ? undefined : nearest(line.points, ms);
        return point === undefined ? [] : [{ line, point }];
      });
      const rows = shown.map(
        ({ line, point: [, value] }) => `${line.label}: ${value === null ? '–' : numberText(value)}`,
      );
      const [first] = shown.toSorted((a, b) => Math.abs(a.point[0] - ms) - Math.abs(b.point[0] - ms));
      const place = x(Math.min(view.to, Math.max(view.from, first?.point[0] ?? ms)));
      const width =
        20 +
        9 *
          Math.max(
            8,
            ...rows.map((row) =>
              [...row].reduce((sum, letter) => sum + (letter > '\u1100' ? 1.45 : 0.85), 0),
            ),
          );
      const left = place > size.left + plotWidth / 2 ? place - width - 10 : place + 10;
      return [
        svg('line', { class: 'cursor', x1: place, x2: place, y1: size.top, y2: bottom }),
        ...shown.flatMap(({ line, point: [when, value] }) =>
          value === null
            ? []
            : [svg('circle', { class: `f-${line.colour}`, cx: x(when), cy: y(value, line.axis), r: 4 })],
        ),
        svg(
          'g',
          { class: 'tip', transform: `translate(${left} ${size.top + 4})` },
          svg('rect', { width, height: 26 + rows.length * 18, rx: 5 }),
          svg('text', { x: 10, y: 18, 'font-weight': 600 }, elapsed(first?.point[0] ?? ms)),
          ...rows.map((row, index) => svg('text', { x: 10, y: 36 + index * 18 }, row)),
        ),
      ];
    };

    const picture = svg('svg', {
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
      tabindex: 0,
      'aria-label': chart.title,
    });
    const plot = { x: size.left, y: size.top - 3, width: plotWidth, height: plotHeight + 6 };
    const redraw = (): void => {
      picture.replaceChildren(
        svg('clipPath', { id: `plot-${id}` }, svg('rect', plot)),
        ...bands(),
        ...axes(),
        svg('g', { 'clip-path': `url(#plot-${id})` }, ...lines()),
        ...(chart.lines.length > 0
          ? []
          : [svg('text', { x: size.width / 2, y: size.height / 2, 'text-anchor': 'middle' }, chart.noData)]),
        ...(selection === undefined
          ? []
          : [
              svg('rect', {
                ...plot,
                class: 'select',
                x: x(selection.from),
                width: x(selection.to) - x(selection.from),
              }),
            ]),
        ...cursor(),
      );
    };

    const legend = page.createElement('div');
    legend.setAttribute('class', 'legend');
    chart.lines.forEach((line, index) => {
      const button = page.createElement('button');
      button.setAttribute('type', 'button');
      button.setAttribute('aria-pressed', 'true');
      const stroke = {
        class: `line c-${line.colour}`,
        d: 'M0 4H30',
        'stroke-width': 3,
        'stroke-dasharray': line.dash,
      };
      button.append(
        svg('svg', { viewBox: '0 0 30 8', 'aria-hidden': 'true' }, svg('path', stroke)),
        line.label,
      );
      button.addEventListener('click', () => {
        if (!hidden.delete(index)) hidden.add(index);
        button.setAttribute('aria-pressed', String(!hidden.has(index)));
        redraw();
      });
      legend.append(button);
    });
    const reset = page.createElement('button');
    reset.setAttribute('type', 'button');
    reset.setAttribute('class', 'reset');
    reset.textContent = words.reset;
    reset.hidden = true;
    const hint = page.createElement('span');
    hint.setAttribute('class', 'hint');
    hint.textContent = words.hint;
    if (chart.lines.length > 0) legend.append(reset, hint);

    const zoomGroup = (next: View | undefined): void => {
      for (const other of drawn) if (other.group === chart.group) other.zoom(next);
    };
    const timeOf = ({ clientX }: PageEvent): number => {
      const { left, width } = picture.getBoundingClientRect();
      const inPicture = ((clientX - left) / width) * size.width;
      const share = Math.min(1, Math.max(0, (inPicture - size.left) / plotWidth));
      return view.from + share * (view.to - view.from);
    };
    let anchor: number | undefined;
    picture.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      anchor = timeOf(event);
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener('pointermove', (event) => {
      cursorMs = timeOf(event);
      selection =
        anchor === undefined
          ? undefined
          : { from: Math.min(anchor, cursorMs), to: Math.max(anchor, cursorMs) };
      redraw();
    });
    const release = (): void => {
      const chosen = selection;
      anchor = selection = undefined;
      const isMeant = chosen !== undefined && chosen.to - chosen.from > (view.to - view.from) / 100;
      if (isMeant && chosen.to - chosen.from >= 500) zoomGroup(chosen);
      else redraw();
    };
    picture.addEventListener('pointerup', release);
    picture.addEventListener('pointercancel', release);
    picture.addEventListener('pointerleave', () => {
      cursorMs = undefined;
      redraw();
    });
    picture.addEventListener('dblclick', () => zoomGroup(undefined));
    reset.addEventListener('click', () => zoomGroup(undefined));
    picture.addEventListener('keydown', (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === 'Escape') return zoomGroup(undefined);
      if (move === undefined) return;
      event.preventDefault();
      const middle = (view.from + view.to) / 2;
      const next = (cursorMs ?? middle) + (move * (view.to - view.from)) / 100;
      cursorMs = Math.min(view.to, Math.max(view.from, next));
      redraw();
    });

    drawn.push({
      group: chart.group,
      zoom: (next) => {
        view = next ?? whole;
        reset.hidden = next === undefined;
        cursorMs = undefined;
        redraw();
      },
    });
    figure.append(picture, legend);
    redraw();
  };

  for (const figure of page.querySelectorAll('figure[data-chart]')) {
    const id = Number(figure.getAttribute('data-chart'));
    const chart = charts[id];
    if (chart !== undefined) setUp(figure, chart, id);
  }
};
