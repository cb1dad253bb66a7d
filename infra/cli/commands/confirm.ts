import { Command } from 'commander';
import { costOf } from '../../../shared/x/prices.ts';
import { parentIds } from '../history/parents.ts';
import { questionsAboutVanished, vanishedAndBack } from '../history/vanished-friends.ts';
import { agreeToPay, freeOfCharge } from '../plan/price.ts';
import { stopFields, stopLinesAhead, stopsAhead } from '../stops/in-force.ts';
import { commandOn } from '../target/again.ts';
import { publishAll } from '../target/publish.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted, usd } from '../terminal/figures.ts';
import { type AnsweredOptions, utcTime } from '../terminal/options.ts';

type ConfirmOptions = AnsweredOptions & { parent?: string; since?: number };

/** Their order says nothing. */
const SIDE_BY_SIDE = 50;

export const confirmCommand = ({ onRunning }: Surroundings) =>
  new Command('confirm')
    .description('ask X what became of friends that are no longer listed; "dodo changes" shows the answer')
    .option('--parent <account>', 'only friends of this parent: its username or its account id')
    .option('--since <date>', 'only friends found missing since this day or time (UTC)', utcTime)
    .option('--yes', 'do not ask, whatever it costs')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo confirm --parent ewan_mcallister --since 2026-11-01')
    .action((options: ConfirmOptions) => onRunning((context) => run(options, context)));

async function run({ parent, since, yes, json }: ConfirmOptions, context: Context): Promise<void> {
  const { terminal, target } = context;
  const parents = parent === undefined ? [] : await parentIds(target, parent);
  if (parent !== undefined && !parents?.length)
    throw new Failure(`no run has read the friends of "${parent}".`);
  const of = { sinceMs: since ?? 0, parents: parents ?? [] };
  const [questions, cameBack] = await Promise.all([
    questionsAboutVanished(target, of),
    vanishedAndBack(target, of),
  ]);
  const friends = questions.length;
  const costUsd = costOf(friends, target.config.PRICE_PER_USER_USD);
  const line = `${counted(friends, 'friend')} of unknown status, at most ${usd(costUsd)}${freeOfCharge(target)}: X charges for those that are still there`;
  const back = `${counted(cameBack, 'change')} of unknown status: the friend is listed again, and not asked about`;
  const runIds = [...new Set(questions.map(({ runId }) => runId))];
  const stops = friends > 0 ? await stopsAhead(target, runIds) : [];
  const lines = [...stopLinesAhead(stops, target), line, ...(cameBack > 0 ? [back] : [])].join('\n');
  if (json) terminal.note(lines);
  else terminal.print(lines);
  if (friends > 0) await agreeToPay({ costUsd, bound: 'at most' }, yes, context);
  const messageIds = await publishAll(target, target.config.TOPIC_GETMETADATA, questions, SIDE_BY_SIDE);
  const told = { costUsd, x: target.x, stopped: stopFields(stops), messageIds };
  if (json) terminal.print(JSON.stringify({ asked: messageIds.length, ...told }));
  else if (friends > 0)
    terminal.print(`asked. As soon as X answers, "${commandOn(target, 'changes')}" shows it.`);
}
