import type { TopLevelSpec } from 'vega-lite';
import { DAY_MS, HOUR_MS } from '../../../shared/times.ts';
import type { Size } from './render.ts';

export interface Point {
  at: string;
  value: number;
}

const MOST_POINTS = 120;
const MOST_DOTS = 30;

/** The last point of each of up to 120 equal stretches of time: what an hourly history of years can show. */
export function thinned(points: Point[]): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length <= MOST_POINTS) return points;
  const start = Date.parse(first.at);
  const stretch = (Date.parse(last.at) - start) / MOST_POINTS || 1;
  const kept = new Map(points.map((point) => [Math.ceil((Date.parse(point.at) - start) / stretch), point]));
  return [...kept.values()];
}

/** One line over a period that it may share with other charts; oldest point first. */
export function lineSpec(points: Point[], [from, to]: [string, string], size: Size): TopLevelSpec {
  const spanMs = Date.parse(to) - Date.parse(from);
  const values = points.map(({ value }) => value);
  // A list that hardly moves must not look as if it did.
  const slack = Math.max(2, Math.ceil((Math.max(...values) - Math.min(...values)) / 8));
  const domain = [Math.max(0, Math.min(...values) - slack), Math.max(...values) + slack];
  return {
    ...size,
    data: { values: points },
    mark: { type: 'line', color: 'var(--line)', strokeWidth: 2, point: dots(points) },
    encoding: {
      x: {
        field: 'at',
        type: 'temporal',
        title: null,
        scale: { type: 'utc', domain: spanMs === 0 ? around(from) : [from, to] },
        axis: {
          values: spanMs === 0 ? [from] : [from, to],
          format: timeFormat(spanMs),
          labelFlush: true,
          grid: false,
        },
      },
      y: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: { domain, zero: false, nice: false },
        axis: { tickCount: 3, tickMinStep: 1, format: ',~r' },
      },
    },
  };
}

const dots = (points: Point[]) =>
  points.length <= MOST_DOTS && { filled: true, size: 28, color: 'var(--line)', opacity: 1 };

const around = (iso: string): string[] =>
  [-DAY_MS, DAY_MS].map((ms) => new Date(Date.parse(iso) + ms).toISOString());

/** https://d3js.org/d3-time-format */
function timeFormat(spanMs: number): string {
  if (spanMs > 0 && spanMs < HOUR_MS) return '%H:%M:%S';
  if (spanMs > 0 && spanMs < 2 * DAY_MS) return '%-d %b, %H:%M';
  return spanMs > 300 * DAY_MS ? '%b %Y' : '%-d %b';
}
