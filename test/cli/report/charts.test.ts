import { describe, expect, it } from 'vitest';
import { barChart, barSpec, total } from '../../../infra/cli/report/bar-chart.ts';
import { lineSpec, thinned } from '../../../infra/cli/report/line-chart.ts';
import { svgOf } from '../../../infra/cli/report/render.ts';
import { timelineOf } from '../../../infra/cli/report/timeline.ts';

describe('timelineOf', () => {
  it('has a column for every day between the first and the last, also where nothing happened', () => {
    const { unit, columns } = timelineOf(['2026-03-01', '2026-02-27', '2026-03-01']);
    expect({ unit, columns }).toEqual({ unit: 'day', columns: ['2026-02-27', '2026-02-28', '2026-03-01'] });
  });

  it('turns to weeks from Monday on when the days do not fit any more', () => {
    const { unit, columns, columnOf } = timelineOf(['2026-01-01', '2026-06-30']);
    expect(unit).toBe('week');
    expect(columns.slice(0, 2)).toEqual(['2025-12-29', '2026-01-05']);
    expect([columnOf('2026-01-04'), columnOf('2026-01-05')]).toEqual(['2025-12-29', '2026-01-05']);
  });

  it('turns to months for years of history, and puts every day into a column that it has', () => {
    const { unit, columns, columnOf } = timelineOf(['2024-01-31', '2026-11-24']);
    expect([unit, columns.length, columns.at(-1)]).toEqual(['month', 35, '2026-11-01']);
    expect(columns).toContain(columnOf('2025-02-28'));
  });
});

describe('barChart', () => {
  const series = [
    { key: 'followed', label: 'Followed', color: 'followed' },
    { key: 'departed', label: 'No longer listed', color: 'departed', below: true as const },
    { key: 'never', label: 'Never', color: 'gone' },
  ];
  const chart = barChart(
    [
      { day: '2026-11-22', key: 'followed', value: 2 },
      { day: '2026-11-22', key: 'followed', value: 3 },
      { day: '2026-11-24', key: 'departed', value: 4 },
    ],
    { series, timeline: timelineOf(['2026-11-22', '2026-11-24']), layout: 'stacked', unit: 'count' },
  );

  it('sums up by column, and drops the series of which there is nothing', () => {
    expect(chart.columns.map(({ sums }) => sums)).toEqual([{ followed: 5 }, {}, { departed: 4 }]);
    expect(chart.series.map(({ key }) => key)).toEqual(['followed', 'departed']);
    expect(total(chart, 'followed')).toBe(5);
  });

  it('is drawn with a mark in the colour of each series, above and below the line', async () => {
    const { text } = await svgOf(barSpec(chart, { width: 346, height: 220 }), 'what it "shows"');
    expect(text).toContain('aria-label="what it &quot;shows&quot;"');
    expect(text.match(/fill="var\(--followed\)"/g)).toHaveLength(3);
    expect(text.match(/fill="var\(--departed\)"/g)).toHaveLength(3);
    expect(text).toMatch(/>22 Nov<.*>24 Nov</s);
    expect(text).not.toContain('NaN');
  });
});

describe('thinned', () => {
  it('keeps the last point of each stretch, and always the first and the last of all', () => {
    const points = Array.from({ length: 5_000 }, (_, n) => ({
      at: new Date(n * 3_600_000).toISOString(),
      value: n,
    }));
    const kept = thinned(points);
    expect(kept.length).toBeLessThanOrEqual(121);
    expect([kept[0]?.value, kept.at(-1)?.value]).toEqual([0, 4_999]);
    expect(kept.map(({ value }) => value)).toEqual(kept.map(({ value }) => value).toSorted((a, b) => a - b));
  });

  it('leaves few points as they are', () => {
    const points = [{ at: '2026-11-24T08:00:00Z', value: 1 }];
    expect(thinned(points)).toBe(points);
  });
});

describe('lineSpec', () => {
  const draw = (points: { at: string; value: number }[]) =>
    svgOf(
      lineSpec(points, [points[0]?.at ?? '', points.at(-1)?.at ?? ''], { width: 330, height: 130 }),
      'friends',
    );

  it('shows a single list as a dot', async () => {
    const { text } = await draw([{ at: '2026-11-24T08:15:00Z', value: 0 }]);
    expect(text).toMatch(/mark-symbol role-mark[^>]*>.*<path transform=/s);
    expect(text).not.toContain('NaN');
    expect(text).toContain('>24 Nov<');
  });

  it('tells seconds apart where two lists are that close, in UTC', async () => {
    const { text } = await draw([
      { at: '2026-11-24T08:15:00Z', value: 10 },
      { at: '2026-11-24T08:15:30Z', value: 12 },
    ]);
    expect(text).toMatch(/>08:15:00<.*>08:15:30</s);
  });
});
