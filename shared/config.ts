import { ConfigError } from './errors.ts';
import { checkTime } from './time-limits.ts';
import { DAY_MS } from './times.ts';
import { CALLS_PER_WINDOW, FRIENDS_PER_PAGE, WINDOW_MS } from './x/limits.ts';

interface Setting<T> {
  default: string;
  /** Returns the value, or throws a string that ends the sentence "NAME …". */
  check: (text: string) => T;
  meaning: string;
  /** Never shown, never logged. */
  secret?: true;
}

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
const url = (value: string): string => {
  if (!URL.canParse(value) || !/^https?:\/\//.test(value)) throw 'must be an http:// or https:// address';
  return value.replace(/\/+$/, '');
};
const level = (value: string): string => {
  if (!['debug', 'info', 'warn', 'error'].includes(value)) throw 'must be debug, info, warn or error';
  return value;
};

/** Every setting of the functions and of `dodo`; the README's table is made from it. */
export const SETTINGS = {
  GOOGLE_CLOUD_PROJECT: {
    default: 'dodo-local',
    check: name,
    meaning: 'Project of the topics and of the dataset.',
  },
  BIGQUERY_DATASET: { default: 'dodo', check: dataset, meaning: 'Dataset of the tables and views.' },
  BIGQUERY_EMULATOR_HOST: {
    default: '',
    check: text,
    meaning: 'Base address of a BigQuery stand-in, used as it is (http://host:port); empty: Google BigQuery.',
  },
  PUBSUB_EMULATOR_HOST: {
    default: '',
    check: text,
    meaning: 'host:port of a Pub/Sub stand-in; empty: Google Pub/Sub.',
  },
  TOPIC_PAGEDISPATCH: {
    default: 'pagedispatch',
    check: name,
    meaning: 'Topic of dispatch requests and their chunks.',
  },
  TOPIC_GETPAGE: { default: 'getpage', check: name, meaning: 'Topic of page requests.' },
  TOPIC_GETMETADATA: { default: 'getmetadata', check: name, meaning: 'Topic of metadata requests.' },
  X_API_BASE_URL: {
    default: 'https://api.x.com',
    check: url,
    meaning: 'Where X answers; the local stack sets its simulator.',
  },
  X_BEARER_TOKEN: {
    default: '',
    check: text,
    meaning: 'App-only bearer token of X. In the cloud it comes from Secret Manager only.',
    secret: true,
  },
  X_CALLS_PER_WINDOW: {
    default: String(CALLS_PER_WINDOW),
    check: whole(1, 1_000_000),
    meaning:
      'Calls to one endpoint per window, until X says otherwise in its headers; used by estimates too.',
  },
  X_WINDOW_SECONDS: {
    default: String(WINDOW_MS / 1000),
    check: whole(1, DAY_MS / 1000),
    meaning: "Length of X's rate-limit window.",
  },
  X_DEADLINE_MS: {
    default: '30000',
    check: whole(100, 500_000),
    meaning: 'Longest wait for one answer of X.',
  },
  BIGQUERY_DEADLINE_MS: {
    default: '30000',
    check: whole(100, 500_000),
    meaning: 'Longest wait for one answer of BigQuery.',
  },
  PUBSUB_DEADLINE_MS: {
    default: '30000',
    check: whole(100, 500_000),
    meaning: 'Longest wait for the confirmation of one publish.',
  },
  HANDLER_DEADLINE_MS: {
    default: '230000',
    check: whole(1000, 540_000),
    meaning:
      "How long after its delivery a message may still turn to X; with what follows then it ends before the function's time-out (540 s).",
  },
  PAGE_SIZE: {
    default: String(FRIENDS_PER_PAGE),
    check: whole(1, FRIENDS_PER_PAGE),
    meaning: `Friends per page where the request names no pageSize (X allows 1 to ${FRIENDS_PER_PAGE}).`,
  },
  PRICE_PER_FRIEND_USD: { default: '0.010', check: usd, meaning: 'What X charges for a friend returned.' },
  PRICE_PER_USER_USD: { default: '0.010', check: usd, meaning: 'What X charges for a user looked up.' },
  MAX_RUN_COST_USD: {
    default: '',
    check: cap,
    meaning: 'Most that one run may be planned to cost; empty: no cap.',
  },
  DAILY_BUDGET_USD: {
    default: '',
    check: cap,
    meaning: 'Most that may be planned per UTC day over all runs; empty: no cap.',
  },
  RETENTION_DAYS: {
    default: '31',
    check: whole(1, 31),
    meaning:
      'How long the subscriptions keep a message (Google allows 31 days); a run that needs longer is refused.',
  },
  FUNCTION_TARGET: {
    default: '',
    check: text,
    meaning: 'Which function this process runs; set by functions-framework and by Cloud Functions.',
  },
  LOG_LEVEL: {
    default: 'info',
    check: level,
    meaning: 'Least severity that is logged: debug, info, warn or error.',
  },
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;
export type Config = { readonly [K in keyof Settings]: ReturnType<Settings[K]['check']> };

/** Reads every setting once; an unset or empty variable means the default. Throws ConfigError: one sentence. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const config: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const given = env[key] ?? '';
    try {
      config[key] = setting.check(given === '' ? setting.default : given);
    } catch (why) {
      throw new ConfigError(`${key} ${why}${setting.secret ? '' : `, but it is "${given}"`}.`);
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
