import { Command } from 'commander';
import { Failure } from '../cli/terminal/errors.ts';
import { askFor } from './ask.ts';
import { exitWith } from './exit.ts';
import { requireTools, requireVariables } from './requirements.ts';
import { run, terraform } from './run.ts';

interface DestroyOptions {
  yes?: true;
  withData?: true;
}

/** The data, what shows it, and the APIs without which it could not be read. */
const KEPT = /^(google_bigquery_(dataset|table)\.|module\.\w+_views\.|google_project_service\.)/;
const UNPROTECTED = '-var=deletion_protection=false';

/** Takes everything down but the data; with `--with-data`, the data too. */
async function destroy(options: DestroyOptions): Promise<void> {
  requireTools();
  requireVariables();
  // Terraform reads the bundle's folder also when it destroys.
  run('npm', ['run', '--silent', 'stage']);
  terraform(['init', '-input=false']);
  if (options.withData) await destroyAll(options);
  else destroyButData(deployed(), options);
}

/** Addresses of all that Terraform has made; none where it has made nothing yet. */
function deployed(): string[] {
  const { code, stdout, stderr } = terraform(['state', 'list'], { output: 'quiet', answers: [1] });
  if (code !== 0 && !stderr.includes('No state file was found')) throw new Failure(stderr.trim());
  return stdout.split('\n').filter(Boolean);
}

function destroyButData(addresses: string[], { yes }: DestroyOptions): void {
  const gone = addresses.filter((address) => !KEPT.test(address) && !/(^|\.)data\./.test(address));
  if (gone.length === 0) {
    console.log('Nothing is deployed but the data, which stays. (--with-data deletes it too.)');
    return;
  }
  terraform(['destroy', ...approval(yes), ...gone.map((address) => `-target=${address}`)]);
  console.log(
    'The dataset, its tables and views are kept. (npm run destroy -- --with-data deletes them too.)',
  );
}

async function destroyAll({ yes }: DestroyOptions): Promise<void> {
  if (!yes) await askFor('delete the data', 'All that was ever scraped will be deleted, for good.');
  // Tables are protected in the state too, so the protection is taken off before.
  const tables = ['google_bigquery_dataset.dodo', 'google_bigquery_table.tables'];
  terraform(['apply', '-auto-approve', UNPROTECTED, ...tables.map((address) => `-target=${address}`)]);
  terraform(['destroy', UNPROTECTED, ...approval(yes)]);
}

const approval = (yes: true | undefined) => (yes ? ['-auto-approve'] : []);

const command = new Command('npm run destroy --')
  .description('Takes Dodo out of its Google Cloud project. The data stays.')
  .option('--yes', 'do it without asking')
  .option('--with-data', 'delete the dataset too, with everything in it')
  .action(destroy);

await exitWith(command);
