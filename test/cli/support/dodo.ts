import { runDodo } from '../../../infra/cli/program.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { type Desk, fakeTerminal } from './fake-terminal.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export interface Running extends Pick<Desk, 'input' | 'answers' | 'width'> {
  /** Where the stack's data lies. */
  data?: string;
  /** The operator's settings, and no others. */
  env?: Record<string, string>;
  clock?: Clock;
}

/** Runs the operator's command in this process. */
export async function dodo(
  args: string[],
  { data, env = {}, clock = systemClock, ...desk }: Running = {},
): Promise<Ran> {
  const { terminal, printed } = fakeTerminal(desk);
  const where = data === undefined ? [] : ['--data', data];
  const outside = { terminal, clock, readEnvironment: () => env };
  const code = await runDodo([...args, ...where], outside);
  return { code, ...printed };
}

/** What it printed as JSON. Throws where it failed. */
export async function dodoJson<T = Record<string, unknown>>(
  args: string[],
  running: Running = {},
): Promise<T> {
  const { code, out, err } = await dodo([...args, '--json'], running);
  if (code !== 0) throw new Error(`dodo ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out);
}
