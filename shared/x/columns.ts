import { isCount } from '../messages/formats.ts';
import { isIsoTime } from '../messages/iso-time.ts';
import { isObject } from './json.ts';
import type { Account } from './types.ts';

type Columns = Omit<Account, 'id' | 'username'>;
type Raw = Record<string, unknown>;
/** The value as the column takes it; undefined: it does not. */
type Take<V> = (value: unknown) => V | undefined;

/** A field of an account as it came, which the column of our tables cannot take. */
export interface LeftOut {
  field: string;
  value: unknown;
}

/** No text of a profile is a tenth as long: https://docs.x.com/x-api/fundamentals/data-dictionary */
const LONGEST_TEXT = 5000;
/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
/** As version 1.1 of the API wrote it: Wed Jun 06 20:07:10 +0000 2012. */
const OLD_TIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} [+-]\d{4} \d{4}$/;

/** As X writes it now, of days that every month has: `toISOString` would say the same, and take a tenth of a page's CPU. */
const X_TIME = /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{3}Z$/;

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_TEXT;

const text: Take<string> = (value) => (isText(value) ? value : undefined);
const flag: Take<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const count: Take<number> = (value) => (isCount(value) ? value : undefined);
const time: Take<string> = (value) => {
  if (typeof value === 'string' && X_TIME.test(value)) return value;
  if (typeof value !== 'string' || !(isIsoTime(value) || OLD_TIME.test(value))) return undefined;
  const ms = Date.parse(value);
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms).toISOString() : undefined;
};

const COLUMNS: { [K in keyof Columns]-?: Take<NonNullable<Columns[K]>> } = {
  name: text,
  created_at: time,
  description: text,
  location: text,
  url: text,
  profile_image_url: text,
  protected: flag,
  verified: flag,
  verified_type: text,
  followers_count: count,
  following_count: count,
  listed_count: count,
  post_count: count,
  like_count: count,
  media_count: count,
};
const FIELDS = Object.entries(COLUMNS);

/**
 * What our tables keep of a user object. One odd field of one account must not make BigQuery refuse the row of a
 * page: what a column cannot take is left out, and said. What X does not know (no field, or null) is just not there.
 */
export function columnsOf(user: Raw): { columns: Columns; leftOut: LeftOut[] } {
  const columns: Raw = {};
  const leftOut: LeftOut[] = [];
  const { public_metrics: metrics } = user;
  if (isGiven(metrics) && !isObject(metrics)) leftOut.push({ field: 'public_metrics', value: metrics });
  for (const [field, take] of FIELDS) {
    const value = take !== count ? user[field] : isObject(metrics) ? metricIn(metrics, field) : undefined;
    if (!isGiven(value)) continue;
    const fits = take(value);
    if (fits === undefined) leftOut.push({ field, value });
    else columns[field] = fits;
  }
  return { columns, leftOut };
}

const isGiven = (value: unknown) => value !== undefined && value !== null;

/** X renamed tweet_count to post_count in version 2.167 of its description; either may come. */
function metricIn(metrics: Raw, field: string): unknown {
  const { [field]: value, tweet_count: renamed } = metrics;
  if (field !== 'post_count' || isCount(value)) return value;
  return isCount(renamed) ? renamed : (value ?? renamed);
}
