import { Failure } from '../cli/terminal/errors.ts';
import { run, terraform } from './run.ts';

/** Made by infra/terraform/secret.tf. */
const SECRET = 'dodo-x-bearer-token';

type TokenState = 'there' | 'no-version' | 'no-secret';

function tokenState(project: string): TokenState {
  const filter = ['--filter=state=ENABLED', '--limit=1', '--format=value(name)', '--quiet'];
  const asked = run('gcloud', ['secrets', 'versions', 'list', SECRET, `--project=${project}`, ...filter], {
    output: 'quiet',
    answers: [1],
  });
  if (asked.code === 0) return asked.stdout.trim() === '' ? 'no-version' : 'there';
  // In a new project the secret is missing, or even its API is still off: Terraform makes both.
  if (/NOT_FOUND|SERVICE_DISABLED|has not been used|is disabled/.test(asked.stderr)) return 'no-secret';
  throw new Failure(`Whether X's token is in Secret Manager cannot be told: ${asked.stderr.trim()}`);
}

/**
 * Cloud Run refuses a function whose secret has no version, so the token must be there before the functions are
 * made. It is added by a person: whatever Terraform adds stands in its state. Throws Failure with what to do.
 */
export function requireXToken(project: string, yes: true | undefined): void {
  const state = tokenState(project);
  if (state === 'there') return;
  if (state === 'no-secret') {
    console.log("\nFirst the secret for X's token is made; the functions need it.");
    terraform([
      'apply',
      ...(yes ? ['-auto-approve'] : []),
      '-target=google_secret_manager_secret.x_bearer_token',
    ]);
  }
  throw new Failure(
    `The secret ${SECRET} holds no token of X yet. Add it (it is read from the terminal, not shown and not kept):\n` +
      `  read -rs TOKEN && printf %s "$TOKEN" | gcloud secrets versions add ${SECRET} --project=${project} --data-file=-\n` +
      'Then run npm run deploy again.',
  );
}
