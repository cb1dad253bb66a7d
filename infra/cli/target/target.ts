import type { BigQuery } from '@google-cloud/bigquery';
import type { Clock } from '../../../shared/clock.ts';
import type { Config } from '../../../shared/config.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { WhichX } from './which-x.ts';

/** What a command works on. */
export interface Target {
  where: 'local stack' | 'local data' | 'Google Cloud';
  /** Whose accounts it is about: what is fetched of the real ones is paid for. */
  x: WhichX;
  /** Where the logs of a local stack lie; undefined for Google Cloud. */
  logs?: string;
  /** What names it on a command line: target/again.ts. */
  options: string;
  config: Config;
  clock: Clock;
  bigquery: BigQuery;
  close(): Promise<void>;
}

/** What a command is run with, besides its options. The clock is the target's own. */
export interface Context {
  terminal: Terminal;
  target: Target;
  clock: Clock;
}

/** What every command may be told. */
export interface GlobalOptions {
  data: string;
  /** Whether somebody has said so, or it is where data lies unless told. */
  isDataNamed: boolean;
  project?: string;
  verbose?: boolean;
}

/** What a command is started in. It finds itself what it works on, once it knows that it was called rightly. */
export interface Surroundings extends Pick<Context, 'terminal' | 'clock'> {
  /** The environment, with the operator's settings. */
  env: Record<string, string | undefined>;
  globals: GlobalOptions;
  /** Runs it on the local stack where one is up, else on the project that --project or GOOGLE_CLOUD_PROJECT names. */
  onRunning(run: (context: Context) => Promise<void>): Promise<void>;
  /** The same; without a stack on the data that the last one left, here or in the operator's emulator. */
  onReadable(run: (context: Context) => Promise<void>): Promise<void>;
}
