import { counted, grouped } from '../terminal/figures.ts';
import { accountLink } from './accounts.ts';
import { barChart, type Series } from './bar-chart.ts';
import type { Change, ReportData } from './data.ts';
import { barFigure } from './figure.ts';
import { html, type Markup } from './html.ts';
import { section } from './section.ts';
import type { Timeline } from './timeline.ts';
import { moment } from './times.ts';

const SERIES: Series[] = [
  { key: 'followed', label: 'Followed', color: 'followed' },
  { key: 'reappeared', label: 'Reappeared', color: 'reappeared' },
  { key: 'departed', label: 'No longer listed', color: 'departed', below: true },
  { key: 'gone', label: 'No longer listed: account suspended or deleted', color: 'gone', below: true },
];

/** Key of the series, and class of the swatch. */
function seriesOf({ change, status_of_friend }: Pick<Change, 'change' | 'status_of_friend'>): string {
  if (change !== 'no_longer_listed') return change;
  return status_of_friend === 'suspended' || status_of_friend === 'not_found' ? 'gone' : 'departed';
}

const NONE = html`<p class="none">No change was seen. A change shows once a parent’s list has been read to its end
twice; the first list is what later ones are compared with.</p>`;

export async function changesPerDay({ changes }: ReportData, timeline: Timeline): Promise<Markup> {
  const entries = changes.map((row) => ({ day: row.day, key: seriesOf(row), value: row.changes }));
  const chart = barChart(entries, { timeline, series: SERIES, layout: 'stacked', unit: 'count' });
  const title = `Followed and gone per ${timeline.unit}`;
  const when = timeline.unit === 'day' ? 'on the day on which' : `in the ${timeline.unit} in which`;
  return section(
    'changes',
    title,
    html`<p>Changes of all parents together, ${when} they were first seen. Above the line: new on a list. Below it: no
longer there.</p>`,
    changes.length === 0 ? NONE : await barFigure(title, chart),
  );
}

export function latestChanges({ latest, changes }: ReportData): Markup {
  const all = changes.reduce((sum, row) => sum + row.changes, 0);
  const shown =
    latest.length < all ? `The newest ${latest.length} of ${grouped(all)} changes` : 'All changes';
  return section(
    'latest',
    'Latest changes',
    html`<p>${shown} of the period. Each happened at some time between two readings of the list. Names link to the
profile on X.</p>`,
    latest.length === 0 ? NONE : html`<ol class="latest">${latest.map(item)}</ol>`,
  );
}

const item = (row: Change): Markup => html`<li>
<p><i class="${seriesOf(row)}"></i>${sentence(row)}</p>
<p class="when"><time datetime="${row.not_before}">${moment(row.not_before)}</time> to
<time datetime="${row.not_after}">${moment(row.not_after)}</time></p>
</li>
`;

/** What was seen, and no more: who is no longer listed has not necessarily been unfollowed. */
function sentence(row: Change): Markup {
  const parent = accountLink(row.parent_id, row.parent_username);
  const friend = accountLink(row.friend_id, row.friend_username, row.friend_name);
  switch (row.change) {
    case 'followed':
      return html`${parent} followed ${friend}`;
    case 'reappeared':
      return html`${parent} lists ${friend} again, after ${counted(row.absent_dispatches ?? 1, 'list')} without`;
    case 'no_longer_listed':
      return html`${parent} no longer lists ${friend} <span class="muted">(${STATUS[row.status_of_friend ?? 'unknown']})</span>`;
  }
}

const STATUS = {
  active: 'the account is active',
  suspended: 'the account is suspended',
  not_found: 'the account is not found any more',
  unknown: 'the account’s status is unknown',
};
