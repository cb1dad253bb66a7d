import { DAY_MS } from '../../../shared/times.ts';

/** UTC days put into as many columns as a chart can show. */
export interface Timeline {
  unit: 'day' | 'week' | 'month';
  /** First days (YYYY-MM-DD) of all columns in order, without a gap. */
  columns: string[];
  /** The column that a day (YYYY-MM-DD) falls into. */
  columnOf(day: string): string;
}

const MOST_COLUMNS = 92;

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const startOfDay = (day: string): string => day;
const startOfMonth = (day: string): string => `${day.slice(0, 8)}01`;

/** Monday, as in ISO 8601. */
function startOfWeek(day: string): string {
  const ms = Date.parse(day);
  return dateOf(ms - ((new Date(ms).getUTCDay() + 6) % 7) * DAY_MS);
}

/** Days while they fit, else weeks, else months: from the first to the last of `days`, which come in any order. */
export function timelineOf(days: string[]): Timeline {
  const sorted = days.toSorted();
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  const all: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += DAY_MS) all.push(dateOf(ms));
  const columnsBy = (start: (day: string) => string) => [...new Set(all.map(start))];
  if (all.length <= MOST_COLUMNS) return { unit: 'day', columns: all, columnOf: startOfDay };
  const weeks = columnsBy(startOfWeek);
  if (weeks.length <= MOST_COLUMNS) return { unit: 'week', columns: weeks, columnOf: startOfWeek };
  return { unit: 'month', columns: columnsBy(startOfMonth), columnOf: startOfMonth };
}
