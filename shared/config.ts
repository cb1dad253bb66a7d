import { ConfigError } from './errors.ts';
import settings from './settings.json' with { type: 'json' };
import { checkTime, TIME_OUT_MS } from './time-limits.ts';
import { DAY_MS } from './times.ts';
import { FRIENDS_PER_PAGE } from './x/limits.ts';

/** Returns the value, or throws a string that ends the sentence "NAME …". */
type Check<T> = (text: string) => T;

const text = (value: string): string => value;
const name = (value: string): string => {
  if (!/^[A-Za-z][A-Za-z0-9._~+%-]{1,254}$/.test(value)) throw 'must be a name of letters, digits and ._~+%-';
  return value;
};
const dataset = (value: string): string => {
  if (!/^[A-Za-z0-9_]{1,1024}$/.test(value)) throw 'must consist of letters, digits and underscores';
  return value;
};
const whole =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw `must be a whole number from ${min} to ${max}`;
    return number;
  };
const usd = (value: string): number => {
  if (!/^\d+(\.\d{1,6})?$/.test(value))
    throw 'must be an amount in US dollars with at most 6 decimals, such as 0.010';
  return Number(value);
};
const cap = (value: string): number | null => (value === '' ? null : usd(value));
const expiration = (value: string): number | null => (value === '' ? null : whole(62, 36_500)(value));
const url = (value: string): string => {
  if (!URL.canParse(value) || !/^https?:\/\//.test(value)) throw 'must be an http:// or https:// address';
  return value.replace(/\/+$/, '');
};
const level = (value: string): string => {
  if (!['debug', 'info', 'warn', 'error'].includes(value)) throw 'must be debug, info, warn or error';
  return value;
};

/** What makes of a setting's text its value. */
const CHECKS = {
  GOOGLE_CLOUD_PROJECT: name,
  BIGQUERY_DATASET: dataset,
  BIGQUERY_EMULATOR_HOST: text,
  PUBSUB_EMULATOR_HOST: text,
  TOPIC_PAGEDISPATCH: name,
  TOPIC_GETPAGE: name,
  TOPIC_GETMETADATA: name,
  TOPIC_CHANGES: name,
  X_API_BASE_URL: url,
  X_BEARER_TOKEN: text,
  X_CALLS_PER_WINDOW: whole(1, 1_000_000),
  X_WINDOW_SECONDS: whole(1, DAY_MS / 1000),
  X_DEADLINE_MS: whole(100, 500_000),
  BIGQUERY_DEADLINE_MS: whole(100, 500_000),
  PUBSUB_DEADLINE_MS: whole(100, 500_000),
  HANDLER_DEADLINE_MS: whole(1000, TIME_OUT_MS),
  PAGE_SIZE: whole(1, FRIENDS_PER_PAGE),
  PRICE_PER_FRIEND_USD: usd,
  PRICE_PER_USER_USD: usd,
  MAX_RUN_COST_USD: cap,
  DAILY_BUDGET_USD: cap,
  RETENTION_DAYS: whole(1, 31),
  PARTITION_EXPIRATION_DAYS: expiration,
  FUNCTION_TARGET: text,
  LOG_LEVEL: level,
} satisfies Record<keyof typeof settings, Check<unknown>>;

type Checks = typeof CHECKS;
type SettingName = keyof Checks;
export type Config = { readonly [K in SettingName]: ReturnType<Checks[K]> };

interface Setting {
  default: string;
  /**
   * For infra/terraform: `computed` from the rest of the deployment, the `default` and nothing else, `tunable` by the
   * operator, read from Secret Manager and never shown (`secret`), or `unset`.
   */
  inCloud: string;
  meaning: string;
}

/** Every setting of the functions and of `dodo`; the README's table is made from it, and Terraform reads it too. */
export const SETTINGS: Record<SettingName, Setting> = settings;

/** Reads every setting once; an unset or empty variable means the default. Throws ConfigError: one sentence. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const config: Record<string, unknown> = {};
  for (const [key, check] of Object.entries(CHECKS) as [SettingName, Check<unknown>][]) {
    const given = env[key] ?? '';
    const { default: otherwise, inCloud } = SETTINGS[key];
    try {
      config[key] = check(given === '' ? otherwise : given);
    } catch (why) {
      throw new ConfigError(`${key} ${why}${inCloud === 'secret' ? '' : `, but it is "${given}"`}.`);
    }
  }
  checkTime(config as Config);
  return config as Config;
}

/** What a child process needs of this one's environment; nothing else is passed on, least of all credentials. */
export function systemEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}
