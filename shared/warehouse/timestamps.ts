import { BigQuery } from '@google-cloud/bigquery';
import { DAY_MS, dayOf } from '../times.ts';

/** BigQuery's TIMESTAMP as the client returns it, in milliseconds. */
export const millis = (value: unknown): number => Date.parse((value as { value: string }).value);

/** A TIMESTAMP parameter: the client sends a plain string of that type as NULL, without a word. */
export const timestampOf = (ms: number) => BigQuery.timestamp(new Date(ms));

/** Parameters for the partitions from the day of `fromMs` to that of `toMs`, and their types. */
export const daysOf = (fromMs: number, toMs: number) => ({
  day: timestampOf(dayOf(fromMs)),
  next_day: timestampOf(dayOf(toMs) + DAY_MS),
});
export const DAYS_TYPES = { day: 'TIMESTAMP', next_day: 'TIMESTAMP' };
