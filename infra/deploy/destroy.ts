import { Command } from 'commander';
import { Failure } from '../cli/terminal/errors.ts';
import { lossText } from './agreement.ts';
import { apply, requireWithin } from './applying.ts';
import { AT_A_TERMINAL, askFor, DELETE } from './ask.ts';
import { lossesOf } from './data-loss.ts';
import { exitWith } from './exit.ts';
import { type Planner, withPlans } from './planning.ts';
import { initialise, requireTools, requireVariables } from './requirements.ts';
import { run } from './run.ts';
import { deployed, showPlan } from './terraform.ts';

interface DestroyOptions {
  yes?: true;
  withData?: true;
}

/** The data, what shows it, and the APIs without which it could not be read. */
const KEPT = /^(google_bigquery_(dataset|table)\.|module\.\w+_views\.|google_project_service\.)/;
const DATA = /^google_bigquery_(dataset\.dodo|table\.tables)/;
const UNPROTECTED = '-var=deletion_protection=false';
const target = (address: string) => `-target=${address}`;

/** Takes everything down but the data; with `--with-data`, the data too. */
async function destroy(options: DestroyOptions): Promise<void> {
  requireTools();
  requireVariables();
  // Terraform reads the bundle's folder also when it destroys.
  run('npm', ['run', '--silent', 'stage']);
  await initialise();
  const addresses = deployed();
  if (addresses.length === 0) {
    console.log('Nothing is deployed, as far as the state knows: there is nothing to destroy.');
    return;
  }
  await withPlans((plan) =>
    options.withData ? destroyAll(addresses, plan) : destroyButData(addresses, plan, options),
  );
}

async function destroyButData(addresses: string[], plan: Planner, { yes }: DestroyOptions): Promise<void> {
  const gone = addresses.filter((address) => !KEPT.test(address));
  if (gone.length === 0) {
    console.log('Nothing is deployed but the data, which stays. (--with-data deletes it too.)');
    return;
  }
  const planned = () => plan(['-destroy', ...gone.map(target)]);
  const wanted = await planned();
  showPlan(wanted.file);
  const losses = lossesOf(wanted.json);
  const data = losses.filter(({ kind }) => kind !== 'messages');
  if (data.length > 0) throw new Failure(`${lossText(data)}\nNothing was changed: that is for --with-data.`);
  if (!yes)
    await askFor(
      'yes',
      `What stands above goes.${losses.length > 0 ? ' Messages that still wait go with it.' : ''}`,
    );
  await apply(wanted, planned);
  console.log(
    'The dataset, its tables and views are kept. (npm run destroy -- --with-data deletes them too.)',
  );
}

/** Asks also with `--yes`: there is no way to delete the data unattended. */
async function destroyAll(addresses: string[], plan: Planner): Promise<void> {
  const planned = () => plan(['-destroy', UNPROTECTED]);
  const wanted = await planned();
  showPlan(wanted.file);
  await askFor(
    DELETE,
    `${lossText(lossesOf(wanted.json))}\nAll that was ever scraped goes, with all else that stands above. That cannot be undone.`,
    AT_A_TERMINAL,
  );
  const data = addresses.filter((address) => DATA.test(address));
  if (data.length > 0) {
    // Tables are protected in the state too, so the protection is taken off before: of those that are there.
    const planProtection = () => plan([UNPROTECTED, ...data.map(target)]);
    await apply(await planProtection(), planProtection);
  }
  const unprotected = await planned();
  requireWithin(wanted, unprotected);
  await apply(unprotected, planned);
  console.log('All that Terraform had made is gone, and the data too.');
}

const command = new Command('npm run destroy --')
  .description('Takes Dodo out of its Google Cloud project. The data stays.')
  .option('--yes', 'do it without asking; that the data goes is asked for all the same')
  .option('--with-data', 'delete the dataset too, with everything in it')
  .action(destroy);

await exitWith(command);
