import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PlanJson } from '../../../infra/deploy/plan-json.ts';
import { ROOT } from './configuration.ts';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What was run, in order: a command and its arguments, without what is the same for all and without folders. */
  commands: string[];
}

export interface Workshop {
  folder: string;
  /** The command is from now on a shell script. */
  standIn(command: string, script: string): void;
  /** What Terraform shows of its plans, the first one first; of later ones as of the last. */
  plans(...plans: PlanJson[]): void;
  /** What Terraform says: in a file of support/terraform-stand-in.sh. */
  record(file: string, text: string): void;
  /** `typed` is what somebody answers at a terminal; without it there is none. */
  run(
    script: 'deploy' | 'destroy',
    args: string[],
    env?: Record<string, string>,
    typed?: string,
  ): Promise<Outcome>;
  remove(): void;
}

const NEEDED = [
  'package.json',
  'shared',
  'infra/deploy',
  'infra/bigquery',
  'infra/cli/terminal/errors.ts',
  'infra/local/topology.ts',
  'infra/services.json',
];

/** What comes from a pipe counts as typed. */
const AT_A_TERMINAL = '--import=data:text/javascript,process.stdin.isTTY=true';

/** The scripts in a copy of the repository, where the commands that they run are stand-ins. */
export function deployWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'dodo-deploy-'));
  const commands = join(folder, 'bin');
  const recorded = join(commands, 'recorded');
  const log = join(commands, 'commands.log');
  for (const path of NEEDED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'infra', 'terraform'));
  mkdirSync(recorded, { recursive: true });
  writeFileSync(join(folder, 'infra', 'terraform', 'terraform.tfvars'), 'project_id = "test-project"\n');

  function standIn(command: string, script: string) {
    const link = join(commands, command);
    if (!existsSync(link)) symlinkSync(join(import.meta.dirname, 'stand-in.sh'), link);
    writeFileSync(`${link}.script`, script);
  }
  const record = (file: string, text: string) => writeFileSync(join(recorded, file), text);
  function plans(...all: PlanJson[]) {
    for (const [index, plan] of all.entries()) record(`plan-${index + 1}.json`, JSON.stringify(plan));
    record('plan.json', JSON.stringify(all.at(-1)));
  }

  standIn('npm', '');
  standIn('gcloud', 'case "$*" in *versions*) echo 7 ;; esac');
  standIn('terraform', readFileSync(join(import.meta.dirname, 'terraform-stand-in.sh'), 'utf8'));
  record('version.json', '{"terraform_version":"1.11.4"}\n');

  return {
    folder,
    standIn,
    plans,
    record,
    async run(script, args, env = {}, typed) {
      for (const file of ['plan.count', 'apply.count']) rmSync(join(recorded, file), { force: true });
      rmSync(log, { force: true });
      const PATH = [commands, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
      const file = join(folder, 'infra', 'deploy', `${script}.ts`);
      const child = spawn(process.execPath, [file, ...args], {
        env: { PATH, ...env, ...(typed !== undefined && { NODE_OPTIONS: AT_A_TERMINAL }) },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child.stdin.end(typed === undefined ? '' : `${typed}\n`);
      const output = [text(child.stdout), text(child.stderr)];
      const [code] = (await once(child, 'close')) as [number | null];
      const [stdout = '', stderr = ''] = await Promise.all(output);
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      return { code, stdout, stderr, commands: lines.map(shortened) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const shortened = (line: string): string =>
  line
    .replace(/ -chdir=\S+/, '')
    .replaceAll(/\/[^\s=]*\/dodo-plan-\w+\//g, '')
    .replaceAll(/ -(json|input=false)\b/g, '');
