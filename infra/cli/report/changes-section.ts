import { barChart } from './bar-chart.ts';
import type { ReportData } from './data.ts';
import { barFigure } from './figure.ts';
import { html, type Markup } from './html.ts';
import { section } from './section.ts';
import { NONE, SERIES, seriesOf } from './series.ts';
import type { Timeline } from './timeline.ts';

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
