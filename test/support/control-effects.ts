import { expect } from 'vitest';
import type { TestStack } from './stack.ts';

/** Runs a line by which an operator controls the simulator, and looks at what that did to it. */
type Effect = (run: () => Promise<unknown>, on: TestStack) => Promise<void>;

/** What X answers to whoever asks for an account, as far as a control may change it. */
async function lookUp({ stack }: TestStack, username: string) {
  const { X_API_BASE_URL, X_BEARER_TOKEN } = stack.config;
  const response = await fetch(
    `${X_API_BASE_URL}/2/users/by?usernames=${username}&user.fields=public_metrics`,
    { headers: { authorization: `Bearer ${X_BEARER_TOKEN}` } },
  );
  const { data, errors } = JSON.parse(await response.text());
  const limit = Number(response.headers.get('x-rate-limit-limit'));
  const { following_count: following } = data?.[0].public_metrics ?? {};
  return { status: response.status, limit, following, error: errors?.[0].title };
}

async function statuses(on: TestStack, times: number): Promise<number[]> {
  const seen: number[] = [];
  while (seen.length < times) seen.push((await lookUp(on, 'sunita_rao')).status);
  return seen;
}

const truth = async (on: TestStack, username: string) => Object(await on.sim(`truth?username=${username}`));

/** By control, in README's order. */
export const controlEffects: [control: string, effect: Effect][] = [
  [
    'day',
    async (run, on) => {
      const [{ day }, before] = [Object(await on.sim('day', {})), await truth(on, 'three_pages')];
      await run();
      expect(await on.sim('day', {})).toEqual({ day: day + 1 });
      expect(await truth(on, 'three_pages')).not.toEqual(before);
    },
  ],
  ['truth', async (run, on) => expect(await run()).toEqual(await truth(on, 'three_pages'))],
  [
    'accounts',
    async (run, on) => {
      expect(await lookUp(on, 'my_own')).toMatchObject({ error: 'Not Found Error' });
      await run();
      const { saysCount: following } = await truth(on, 'my_own');
      expect(Math.abs(following - 1234)).toBeLessThan(100);
      expect(await lookUp(on, 'my_own')).toMatchObject({ status: 200, following, error: undefined });
    },
  ],
  [
    'statuses',
    async (run, on) => {
      await run();
      expect(await truth(on, 'my_own')).toMatchObject({ status: 'suspended' });
      expect(await lookUp(on, 'my_own')).toMatchObject({ following: undefined, error: 'Forbidden' });
    },
  ],
  [
    'faults',
    async (run, on) => {
      await run();
      expect(await statuses(on, 3)).toEqual([503, 503, 200]);
    },
  ],
  [
    'faults',
    async (run, on) => {
      await run();
      expect(await statuses(on, 3)).toEqual([402, 402, 402]);
    },
  ],
  [
    'faults',
    async (run, on) => {
      expect(await run()).toEqual({ cleared: 2 });
      expect(await statuses(on, 1)).toEqual([200]);
    },
  ],
  [
    'limits',
    async (run, on) => {
      expect((await lookUp(on, 'sunita_rao')).limit).toBe(on.stack.config.X_CALLS_PER_WINDOW);
      await run();
      expect((await lookUp(on, 'sunita_rao')).limit).toBe(5);
      expect((await statuses(on, 5)).at(-1)).toBe(429);
    },
  ],
];
