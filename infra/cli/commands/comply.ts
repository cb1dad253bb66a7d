import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { comply } from '../comply/comply.ts';
import { hiddenByReason } from '../comply/hiding.ts';
import type { RecordedJob } from '../comply/recorded-jobs.ts';
import { REASONS, type Reason } from '../comply/result.ts';
import { createXJobs } from '../comply/x-jobs.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { tableOf } from '../terminal/table.ts';

type ComplyOptions = { also: Reason[]; json?: boolean };

/** Hidden in any case. */
const GONE: Reason[] = ['deleted', 'deactivated'];
const ALSO = REASONS.filter((reason) => !GONE.includes(reason));

/** X advises every 30 to 60 seconds: https://docs.x.com/x-api/compliance/batch-compliance/integrate */
const LOOK_EVERY_MS = { real: 30_000, simulated: 250 };
/** The simulated X takes any. */
const NO_TOKEN = 'local-simulator';

export const complyCommand = ({ onRunning, env }: Surroundings) =>
  new Command('comply')
    .description(
      'ask X which accounts of the history were deleted or deactivated, and hide them; show again whom X names no longer',
    )
    .addOption(
      new Option('--also <reason...>', 'hide those too whom X names as suspended, or as protected')
        .choices(ALSO)
        .default([], 'neither'),
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
X is asked by batch compliance, which it offers for this and forbids for anything else: never use it to learn what
became of accounts ("dodo confirm" does that). It costs nothing, and takes X minutes to hours; stopped and called again
it goes on with the same job. It needs X_BEARER_TOKEN where X is the real one. Run it daily.

Example:
  npx dodo comply --also suspended protected`,
    )
    .action((options: ComplyOptions) =>
      onRunning((context) => run(options, context, env.X_BEARER_TOKEN ?? '')),
    );

async function run({ also, json }: ComplyOptions, context: Context, token: string): Promise<void> {
  const { terminal, target } = context;
  if (token === '' && target.x === 'real')
    throw new Failure(
      'X_BEARER_TOKEN is not set: X is asked with the token of the app. Set it, or put it into .env.',
    );
  const say = (line: string) => terminal.note(line);
  const lookEveryMs = LOOK_EVERY_MS[target.x];
  const { X_API_BASE_URL, X_DEADLINE_MS: deadlineMs } = target.config;
  const patience = { clock: target.clock, deadlineMs, pauseMs: lookEveryMs, say };
  const job = await comply({
    ...{ target, say, lookEveryMs, reasons: [...GONE, ...also] },
    x: createXJobs(X_API_BASE_URL, token || NO_TOKEN, patience),
    newName: () => `dodo-${randomUUID()}`,
  });
  if (!job) throw new Failure('the history holds no account yet: there is nothing to ask X about.');
  const hidden = await hiddenByReason(target, job.name);
  if (json) terminal.print(JSON.stringify(fieldsOf(job, hidden)));
  else terminal.print(linesOf(job, hidden));
}

function fieldsOf(job: RecordedJob, hidden: Map<string, number>) {
  const { job_id, name, accounts, shown_again } = job;
  const named = Object.fromEntries(REASONS.map((reason) => [reason, job[reason]]));
  return {
    job: job_id,
    name,
    accounts,
    named,
    hidden: Object.fromEntries(hidden),
    hiddenAnew: job.hidden,
    shownAgain: shown_again,
  };
}

function linesOf(job: RecordedJob, hidden: Map<string, number>): string {
  const rows = REASONS.map((reason) => ({
    reason,
    named: job[reason] ?? 0,
    hidden: hidden.get(reason) ?? 0,
  }));
  const table = tableOf(rows, [
    { head: 'what X names as', cell: (row) => row.reason },
    { head: 'accounts', cell: (row) => row.named },
    { head: 'hidden', cell: (row) => row.hidden },
  ]);
  const left = ALSO.filter((reason) => (job[reason] ?? 0) > (hidden.get(reason) ?? 0));
  const anew = `${counted(job.hidden ?? 0, 'account')} hidden anew, ${counted(job.shown_again ?? 0, 'account')} shown again; X was asked about ${counted(job.accounts ?? 0, 'account')}.`;
  const advice = left.length > 0 ? [`Hide the others too: --also ${left.join(' ')}`] : [];
  return [table, anew, ...advice].join('\n');
}
