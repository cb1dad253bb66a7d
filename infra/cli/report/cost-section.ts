import { counted, grouped, usdToTheCent } from '../terminal/figures.ts';
import { barChart, type Series } from './bar-chart.ts';
import type { ReportData } from './data.ts';
import { barFigure } from './figure.ts';
import { html, type Markup } from './html.ts';
import type { CostOfJob } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import type { Timeline } from './timeline.ts';

const SERIES: Series[] = [
  { key: 'planned', label: 'Planned', color: 'planned' },
  { key: 'spent', label: 'Spent', color: 'spent' },
];

export async function costPerDay({ cost, jobs }: ReportData, timeline: Timeline): Promise<Markup> {
  const entries = cost.flatMap(({ day, planned_cost_usd, cost_usd }) => [
    { day, key: 'planned', value: planned_cost_usd },
    { day, key: 'spent', value: cost_usd },
  ]);
  const chart = barChart(entries, { timeline, series: SERIES, layout: 'overlaid', unit: 'usd' });
  const title = `Cost per ${timeline.unit}`;
  return section(
    'cost',
    title,
    html`<p>US dollars, counted when they were planned and when they were spent. What is planned on one day may be
spent on the next. Planned is what X’s counts let expect; a list may be shorter, or a little longer, and costs no more than
was committed for it.</p>`,
    chart.series.length === 0
      ? html`<p class="none">Nothing was planned and nothing was spent.</p>`
      : html`${await barFigure(title, chart)}${byJob(jobs)}`,
  );
}

function byJob(jobs: CostOfJob[]): Markup {
  const all = jobs[0]?.of_jobs ?? 0;
  if (all === 0) return html``;
  const most = jobs.length < all ? ` (the ${jobs.length} dearest of ${grouped(all)})` : '';
  const name = `Cost by job${most}`;
  const rows = jobs.map(({ job, planned_cost_usd, cost_usd, friends, look_ups }) => [
    job ?? 'no job',
    usdToTheCent(cost_usd),
    usdToTheCent(planned_cost_usd),
    `${counted(friends, 'friend')} and ${counted(look_ups, 'look-up')}`,
  ]);
  return html`<h3>${name}</h3>
${scrollingTable(name, ['Job', 'Spent', 'Planned', 'Bought'], rows, 'jobs')}`;
}
