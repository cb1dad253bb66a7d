import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployWorkshop, type Workshop } from './support/deploy-workshop.ts';
import { startTablesApi } from './support/tables-api.ts';

const TERRAFORM = `
case "$*" in
  *" console"*) echo '"\\"test-project\\""' ;;
  *" plan "*) exit "\${PLAN_CODE:-2}" ;;
  *" output "*) printf test-project.dodo ;;
esac`;
const TOKEN_THERE = 'case "$*" in *versions*) echo 1 ;; esac';

let workshop: Workshop;
let api: Awaited<ReturnType<typeof startTablesApi>>;

beforeEach(async () => {
  workshop = deployWorkshop();
  workshop.standIn('npm', '');
  workshop.standIn('terraform', TERRAFORM);
  workshop.standIn('gcloud', TOKEN_THERE);
  api = await startTablesApi(() => [{ name: 'run_id', type: 'STRING' }]);
});
afterEach(async () => {
  workshop.remove();
  await api.stop();
});

const deploy = (args: string[], env: Record<string, string> = {}) =>
  workshop.run('deploy', args, { BIGQUERY_EMULATOR_HOST: api.address, ...env });

describe('npm run deploy', () => {
  test('stages, plans, applies the plan that was shown, and describes the views', async () => {
    const { code, commands, stdout } = await deploy(['--yes']);
    expect(code).toBe(0);
    const verbs = commands.map((command) => command.split(' ').slice(0, 2).join(' '));
    expect(verbs).toEqual([
      'terraform version',
      'gcloud --version',
      'npm run',
      'terraform init',
      'terraform console',
      'gcloud secrets',
      'terraform plan',
      'terraform apply',
      'terraform output',
    ]);
    const plan = /-out=(\S+)/.exec(commands[6] ?? '')?.[1];
    expect(commands[7]).toBe(`terraform apply -input=false ${plan}`);
    expect(stdout).toContain('friends: columns described');
    expect(api.patched.get('friends')?.schema.fields[0]?.description).toMatch(/\.$/);
  });

  test('applies nothing where nothing changes', async () => {
    const { code, commands } = await deploy(['--yes'], { PLAN_CODE: '0' });
    expect(code).toBe(0);
    expect(commands.filter((command) => command.includes('apply'))).toEqual([]);
  });

  test('changes nothing unasked', async () => {
    const { code, commands, stderr } = await deploy([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no terminal to ask at: say --yes/);
    expect(commands.filter((command) => command.includes('apply'))).toEqual([]);
  });

  test('takes one service alone, and no other name', async () => {
    const { code, commands, stderr } = await deploy(['--yes', '--only', 'getpage']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(commands.find((command) => command.includes(' plan '))).toMatch(/ -target=module\.getpage$/);
    expect((await deploy(['--only', 'getpages'])).code).toBe(2);
  });
});

describe('npm run deploy says what is missing, in words and without a stack', () => {
  test.each([
    ['terraform', /terraform is not installed.*https:/],
    ['gcloud', /gcloud is not installed.*https:/],
  ])('%s', async (command, sentence) => {
    rmSync(join(workshop.folder, 'bin', command));
    // A PATH of the stand-ins only: this machine may have the real ones.
    const { code, stderr, commands } = await deploy(['--yes'], { PATH: join(workshop.folder, 'bin') });
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(commands.filter((line) => line.startsWith('npm'))).toEqual([]);
  });

  test('the variables', async () => {
    rmSync(join(workshop.folder, 'infra', 'terraform', 'terraform.tfvars'));
    const { code, stderr } = await deploy(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/terraform\.tfvars is missing\. Copy terraform\.tfvars\.example/);
  });

  test("X's token: the secret is made, the token is a person's business, and no function is deployed", async () => {
    workshop.standIn(
      'gcloud',
      'case "$*" in *versions*) echo "NOT_FOUND: Secret not found" >&2; exit 1 ;; esac',
    );
    const { code, stderr, commands } = await deploy(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'gcloud secrets versions add dodo-x-bearer-token --project=test-project --data-file=-',
    );
    expect(commands.at(-1)).toBe(
      'terraform apply -auto-approve -target=google_secret_manager_secret.x_bearer_token',
    );
  });

  test("the right to see X's token", async () => {
    workshop.standIn('gcloud', 'case "$*" in *versions*) echo "PERMISSION_DENIED: no" >&2; exit 1 ;; esac');
    const { code, stderr, commands } = await deploy(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be told: PERMISSION_DENIED/);
    expect(commands.filter((command) => command.includes('apply'))).toEqual([]);
  });
});
