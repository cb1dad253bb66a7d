import { grouped, usdToTheCent } from '../terminal/figures.ts';
import { type BarChart, barSpec, total } from './bar-chart.ts';
import { html, type Markup } from './html.ts';
import { svgOf } from './render.ts';
import { scrollingTable } from './scrolling-table.ts';
import { day } from './times.ts';

const DESK = { width: 780, height: 260 };
const PHONE = { width: 346, height: 220 };

/**
 * Where only one column has anything, a sentence says it better than one bar. Else a bar chart drawn for a desk and for a phone (the style sheet shows
 * one of them), its key, and its numbers.
 */
export async function barFigure(name: string, chart: BarChart): Promise<Markup> {
  const occurring = chart.columns.filter(({ sums }) => Object.values(sums).some((sum) => sum !== 0));
  const [only] = occurring;
  if (only && occurring.length === 1) return sentence(chart, only);
  const alt = altOf(name, chart);
  const [desk, phone] = await Promise.all([DESK, PHONE].map((size) => svgOf(barSpec(chart, size), alt)));
  return html`<figure>
<ul class="key">${chart.series.map(
    ({ key, label, color }) =>
      html`<li><i class="${color}"></i>${label} <b>${amountOf(chart, total(chart, key))}</b></li>`,
  )}</ul>
<div class="desk">${desk}</div><div class="phone">${phone}</div>
<details><summary>The numbers of this chart</summary>${numbers(name, chart)}</details>
</figure>`;
}

function sentence(chart: BarChart, { column, sums }: BarChart['columns'][number]): Markup {
  const { unit } = chart.timeline;
  const when = unit === 'day' ? 'On' : `In the ${unit} from`;
  const said = chart.series.map(
    ({ key, label, color }, n) =>
      html`${n > 0 ? '; ' : ''}<i class="${color}"></i>${label} <b>${amountOf(chart, sums[key] ?? 0)}</b>`,
  );
  return html`<p class="only">${when} <time datetime="${column}">${day(column)}</time>, and on no other ${unit}: ${said}.</p>`;
}

const amountOf = ({ unit }: BarChart, value: number): string =>
  unit === 'usd' ? usdToTheCent(value) : grouped(value);

function altOf(name: string, chart: BarChart): string {
  const { columns, unit } = chart.timeline;
  const sums = chart.series.map(({ key, label }) => `${label}: ${amountOf(chart, total(chart, key))}`);
  return `${name}, bars per ${unit} from ${day(columns[0] ?? '')} to ${day(columns.at(-1) ?? '')}. In all, ${sums.join('; ')}.`;
}

function numbers(name: string, chart: BarChart): Markup {
  const { unit } = chart.timeline;
  const heads = [
    unit === 'day' ? 'Day' : `First day of the ${unit}`,
    ...chart.series.map(({ label }) => label),
  ];
  const rows = chart.columns
    .toReversed()
    .map(({ column, sums }) => [
      day(column),
      ...chart.series.map(({ key }) => amountOf(chart, sums[key] ?? 0)),
    ]);
  return scrollingTable(`${name}: the numbers`, heads, rows, 'numbers');
}
