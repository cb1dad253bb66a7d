import { Failure } from '../cli/terminal/errors.ts';
import { agreeTo } from './agreement.ts';
import { apply } from './applying.ts';
import { type PlanJson, textOf, variableIn } from './plan-json.ts';
import type { Planner } from './planning.ts';
import { run } from './run.ts';
import { showPlan } from './terraform.ts';

const SECRET = 'google_secret_manager_secret.x_bearer_token';

/**
 * The number of the newest version of the secret with X's token: functions keep the one that they are given. Cloud Run
 * refuses a function whose secret has none, so where it is missing the secret is made first, and what is to be done is
 * thrown as a Failure; undefined where nothing shall be changed.
 */
export async function tokenVersion(
  plan: Planner,
  { yes, planOnly }: { yes?: true | undefined; planOnly?: true | undefined },
): Promise<number | undefined> {
  const planSecret = () => plan([`-target=${SECRET}`]);
  const wanted = await planSecret();
  const [secret, project] = [secretIn(wanted.json), variableIn(wanted.json, 'project_id')];
  const version = newestVersion(secret, project);
  if (typeof version === 'number') return version;
  if (planOnly) {
    console.log(
      `The secret ${secret} holds no token of X yet: a deploy makes it first, and asks for the token.`,
    );
    return undefined;
  }
  if (version === 'no-secret') {
    console.log("\nFirst the secret for X's token is made; the functions need it.");
    showPlan(wanted.file);
    await agreeTo(wanted.json, yes);
    await apply(wanted, planSecret);
  }
  throw tokenMissing(secret, project);
}

const secretIn = ({ resource_changes = [] }: PlanJson): string =>
  textOf(resource_changes.find(({ address }) => address === SECRET)?.change.after ?? null, 'secret_id');

/** The token itself is never asked for. Throws Failure where the question gets no answer. */
function newestVersion(secret: string, project: string): number | 'no-version' | 'no-secret' {
  const filter = [
    '--filter=state=ENABLED',
    '--sort-by=~createTime',
    '--limit=1',
    '--format=value(name)',
    '--quiet',
  ];
  const asked = run('gcloud', ['secrets', 'versions', 'list', secret, `--project=${project}`, ...filter], {
    output: 'quiet',
    answers: [1],
  });
  if (asked.code === 0) {
    const [number] = /\d+$/.exec(asked.stdout.trim()) ?? [];
    return number === undefined ? 'no-version' : Number(number);
  }
  // In a new project the secret is missing, or even its API is still off: Terraform makes both.
  if (/NOT_FOUND|SERVICE_DISABLED|has not been used|is disabled/.test(asked.stderr)) return 'no-secret';
  const why = asked.stderr.replaceAll(/\s+/g, ' ').trim();
  throw new Failure(
    `Whether X's token is in Secret Manager cannot be told: ${why} Log in with "gcloud auth login" as somebody with the roles of infra/terraform/README.md (step 1), and run this again.`,
  );
}

/** It is added by a person: whatever Terraform adds stands in its state. */
const tokenMissing = (secret: string, project: string): Failure =>
  new Failure(
    `The secret ${secret} holds no token of X yet. Add it (it is read from the terminal, not shown and not kept):\n` +
      `  read -rs TOKEN && printf %s "$TOKEN" | gcloud secrets versions add ${secret} --project=${project} --data-file=-\n` +
      'Then run npm run deploy again.',
  );
