import { Command } from 'commander';
import type { Format } from '../export/format.ts';
import { formatOf } from '../export/formats.ts';
import { parentsWanted } from '../export/of-parents.ts';
import { NOT_FORGOTTEN, writeNetwork } from '../export/write-network.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted, minuteOf } from '../terminal/figures.ts';
import { utcTime } from '../terminal/options.ts';

type ExportOptions = { parent?: string; job?: string; at?: number; history?: boolean; json?: boolean };

export const exportCommand = ({ onReadable }: Surroundings) =>
  new Command('export')
    .description('write who follows whom as a network file for Gephi, NetworkX, igraph and their like')
    .argument('<file>', 'it ends in .gexf, .graphml or .csv; an older file is replaced')
    .option('--parent <account>', 'only friends of this parent: its username or its account id')
    .option('--job <name>', 'only friends of parents that this job has had')
    .option('--at <date>', 'as the lists were known at this time, or at the start of this day (UTC)', utcTime)
    .option('--history', 'of .gexf: also the edges that are no more')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((file: string, options: ExportOptions) => {
      const format = formatOf(file, options.history);
      if (format === undefined)
        throw new WrongUsage(
          options.history
            ? '--history goes with a file that ends in .gexf: the others hold no times in which an edge was there.'
            : `"${file}" says not what to write: it ends in .gexf, .graphml or .csv.`,
        );
      return onReadable((context) => run(file, format, options, context));
    });

const HELP = `
An edge leads from a parent to a friend, as the view current_friends has them: by the newest complete list of the parent
and the checks since. Accounts without an edge are not in it. Accounts come with what X said of them when they were seen
last; in .csv, which has a line for each edge, only the friends do. Ids are text: as numbers they lose their last digits.
In .gexf (1.3) each edge has the times between which complete lists and checks returned it, from the first time it was
seen to the last; a time without an end goes on. NetworkX reads .graphml: of .gexf it knows no times of day.
Control characters are left out. Text in .csv is as it is, for programs: a spreadsheet may run it as a formula
("dodo query --csv" writes for those).
${NOT_FORGOTTEN}

Examples:
  npx dodo export network.gexf --history
  npx dodo export november.graphml --at 2026-11-01
  npx dodo export edges.csv --parent ewan_mcallister`;

async function run(
  file: string,
  format: Format,
  { parent, job, at, json }: ExportOptions,
  context: Context,
): Promise<void> {
  const { terminal, target, clock } = context;
  if (at !== undefined && at > clock.now())
    throw new WrongUsage(`--at names a time that is to come: ${minuteOf(at)}.`);
  const parents = await parentsWanted(target, { parent, job });
  const written = await writeNetwork(file, format, { parents, atMs: at }, context);
  const { accounts, edges } = written;
  const of = format.kind === 'list' ? '' : `${counted(accounts, 'account')} and `;
  const known = at === undefined ? 'by the newest evidence' : `as they were known at ${minuteOf(at)}`;
  if (json) terminal.print(JSON.stringify({ file, ...(format.kind !== 'list' && { accounts }), edges }));
  else terminal.print(`${of}${counted(edges, 'edge')}, ${known}, are in ${file}.\n${NOT_FORGOTTEN}`);
}
