import { describe, expect, test } from 'vitest';
import { readConfig, SETTINGS } from '../../shared/config.ts';
import { ConfigError } from '../../shared/errors.ts';

describe('the configuration', () => {
  test('every default passes its own check', () => {
    expect(Object.keys(readConfig({})).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  test('an empty variable means the default', () => {
    expect(readConfig({ PAGE_SIZE: '' }).PAGE_SIZE).toBe(1000);
  });

  test.each([
    ['PAGE_SIZE', '1001', 'PAGE_SIZE must be a whole number from 1 to 1000, but it is "1001".'],
    ['PRICE_PER_FRIEND_USD', 'cheap', /^PRICE_PER_FRIEND_USD must be an amount in US dollars.*"cheap"\.$/],
    ['X_API_BASE_URL', 'api.x.com', /^X_API_BASE_URL must be an http/],
    ['DAILY_BUDGET_USD', '-1', /^DAILY_BUDGET_USD must be an amount/],
  ])('a mistake in %s is one sentence that names it', (key, value, sentence) => {
    const read = () => readConfig({ [key]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(sentence);
  });

  test('deadlines that together pass the time-out of a function are refused', () => {
    const read = () => readConfig({ X_DEADLINE_MS: '60000' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/let one message take 567500 ms, but a function is ended after 540000 ms\.$/);
  });

  test('no cap is different from a cap of nothing', () => {
    expect(readConfig({}).DAILY_BUDGET_USD).toBeNull();
    expect(readConfig({ DAILY_BUDGET_USD: '0' }).DAILY_BUDGET_USD).toBe(0);
  });
});
