import type { State } from '../run/run-progress.ts';
import { grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import { barChart, type Series } from './bar-chart.ts';
import type { ReportData } from './data.ts';
import { barFigure } from './figure.ts';
import { html, type Markup } from './html.ts';
import { inWords } from './reason.ts';
import type { Unfinished } from './rows.ts';
import { scrollingTable } from './scrolling-table.ts';
import { section } from './section.ts';
import type { Timeline } from './timeline.ts';
import { moment } from './times.ts';

const LABELS: Record<State, string> = {
  complete: 'Complete',
  checked: 'Checked (what X’s count says is accounted for)',
  open: 'Open (a check that X’s count is not all accounted for by)',
  unaligned: 'Unaligned (a check that did not meet the list as it was known)',
  running: 'Running',
  stopped: 'Stopped by an operator',
  stalled: 'Stalled (nothing for 24 hours)',
  partial: 'Partial (pages, then unavailable or no budget)',
  unavailable: 'Unavailable (protected, suspended, not found …)',
  over_budget: 'Over budget',
};

const SERIES: Series[] = Object.entries(LABELS).map(([key, label]) => ({ key, label, color: key }));

export async function scrapeHealth({ states, unfinished }: ReportData, timeline: Timeline): Promise<Markup> {
  const entries = states.map(({ day, state, dispatches }) => ({ day, key: state, value: dispatches }));
  const chart = barChart(entries, { timeline, series: SERIES, layout: 'stacked', unit: 'count' });
  return section(
    'health',
    'Scrape health',
    html`<p>What became of the dispatches of each ${timeline.unit}. What is neither
complete nor checked nor open here is missing above.</p>`,
    states.length === 0
      ? html`<p class="none">Nothing was dispatched in the period.</p>`
      : html`${await barFigure(`States of dispatches per ${timeline.unit}`, chart)}${unfinishedTable(unfinished)}`,
  );
}

function unfinishedTable(rows: Unfinished[]): Markup {
  const all = rows[0]?.of_unfinished ?? 0;
  if (all === 0) return html`<p>The latest list of every parent is complete, or was checked.</p>`;
  const name = 'Parents whose latest list is neither complete nor checked';
  return html`<h3>${name}${rows.length < all ? ` (the newest ${rows.length} of ${grouped(all)})` : ''}</h3>
${scrollingTable(name, ['Parent', 'State', 'Reason', 'Pages', 'Dispatched (UTC)'], rows.map(cells), 'unfinished')}`;
}

const cells = ({ parent_id, parent_username, state, reason, ...row }: Unfinished) => [
  accountLink(parent_id, parent_username),
  html`<span class="change"><i class="${state}"></i>${state.replace('_', ' ')}</span>`,
  inWords(reason ?? ''),
  `${grouped(row.pages_done)} of ${row.total_pages === null ? '?' : grouped(row.total_pages)}`,
  html`<time datetime="${row.dispatched_at}">${moment(row.dispatched_at)}</time>`,
];
