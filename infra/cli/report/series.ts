import type { Series } from './bar-chart.ts';
import { html } from './html.ts';
import type { Change } from './rows.ts';

export const SERIES: Series[] = [
  { key: 'followed', label: 'Followed', color: 'followed' },
  { key: 'reappeared', label: 'Reappeared', color: 'reappeared' },
  { key: 'departed', label: 'No longer listed', color: 'departed', below: true },
  { key: 'gone', label: 'No longer listed: account suspended or deleted', color: 'gone', below: true },
];

/** Key of the series, and class of the swatch. */
export function seriesOf({ change, status_of_friend }: Pick<Change, 'change' | 'status_of_friend'>): string {
  if (change !== 'no_longer_listed') return change;
  return status_of_friend === 'suspended' || status_of_friend === 'not_found' ? 'gone' : 'departed';
}

export const NONE = html`<p class="none">No change was seen. A change shows once a parent’s list has been read to its end
twice; the first list is what later ones are compared with.</p>`;
