import type { TopLevelSpec } from 'vega-lite';
import type { Size } from './render.ts';
import type { Timeline } from './timeline.ts';

export interface Series {
  key: string;
  label: string;
  /** Name of the CSS variable that holds its colour in the scheme of the reader. */
  color: string;
  /** Drawn below the zero line. */
  below?: true;
}

export interface Entry {
  day: string;
  key: string;
  value: number;
}

export interface BarChart {
  timeline: Timeline;
  /** Those that occur, in the order of drawing. */
  series: Series[];
  /** Sums by column and series, in the order of the columns. */
  columns: { column: string; sums: Record<string, number> }[];
  /** Side by side would need room that a phone does not have: so stacked, or narrow bars in front of wide ones. */
  layout: 'stacked' | 'overlaid';
  unit: 'count' | 'usd';
}

/** Sums up entries; series of which there is nothing fall away. */
export function barChart(
  entries: Entry[],
  { series, timeline, layout, unit }: Omit<BarChart, 'columns'>,
): BarChart {
  const sums = new Map<string, Record<string, number>>(timeline.columns.map((column) => [column, {}]));
  for (const { day, key, value } of entries) {
    const column = sums.get(timeline.columnOf(day));
    if (column) column[key] = (column[key] ?? 0) + value;
  }
  const columns = [...sums].map(([column, sums]) => ({ column, sums }));
  const occurring = series.filter(({ key }) => columns.some(({ sums }) => sums[key]));
  return { timeline, series: occurring, columns, layout, unit };
}

export const total = ({ columns }: BarChart, key: string): number =>
  columns.reduce((sum, { sums }) => sum + (sums[key] ?? 0), 0);

const WIDEST_BAR = 40;
const ROOM_FOR_LABELS = 60;
const SHARE_OF_COLUMN = 0.76;

/** https://vega.github.io/vega-lite/docs/bar.html */
export function barSpec(chart: BarChart, size: Size): TopLevelSpec {
  const { series, columns, layout, timeline } = chart;
  const signOf = new Map(series.map(({ key, below }) => [key, below ? -1 : 1]));
  const values = columns.flatMap(({ column, sums }) =>
    series.map(({ key }, order) => ({
      column,
      key,
      order,
      value: (sums[key] ?? 0) * (signOf.get(key) ?? 1),
    })),
  );
  const column = (size.width - ROOM_FOR_LABELS) / columns.length;
  const width = Math.max(1, Math.min(WIDEST_BAR, column * SHARE_OF_COLUMN));
  const layers = layout === 'stacked' ? [series] : series.map((one) => [one]);
  return {
    ...size,
    data: { values },
    encoding: {
      x: {
        field: 'column',
        type: 'ordinal',
        title: null,
        scale: { domain: timeline.columns },
        axis: {
          labelExpr: labelOf(timeline.unit),
          labelAngle: 0,
          values: labelled(timeline, size),
        },
      },
      y: { field: 'value', type: 'quantitative', title: null, axis: valueAxis(chart) },
      order: { field: 'order' },
      color: {
        field: 'key',
        type: 'nominal',
        legend: null,
        scale: {
          domain: series.map(({ key }) => key),
          range: series.map(({ color }) => `var(--${color})`),
        },
      },
    },
    layer: layers.map((keys, depth) => ({
      transform: [{ filter: { field: 'key', oneOf: keys.map(({ key }) => key) } }],
      mark: { type: 'bar', width: depth === 0 ? width : width / 2 },
    })),
  };
}

/** First, last, and as many columns between them as have room for their name. */
function labelled({ columns, unit }: Timeline, size: Size): string[] {
  const gaps = Math.min(columns.length - 1, Math.floor(size.width / (unit === 'month' ? 100 : 80)));
  const indexes = Array.from({ length: gaps + 1 }, (_, n) =>
    Math.round((n * (columns.length - 1)) / (gaps || 1)),
  );
  return indexes.flatMap((index) => columns[index] ?? []);
}

const labelOf = (unit: Timeline['unit']): string =>
  `utcFormat(toDate(datum.value), '${unit === 'month' ? '%b %Y' : '%-d %b'}')`;

function valueAxis({ unit }: BarChart) {
  const number = "format(abs(datum.value), ',~r')";
  return {
    tickCount: 4,
    labelExpr: unit === 'usd' ? `'$' + ${number}` : number,
    ...(unit === 'count' && { tickMinStep: 1 }),
  };
}
