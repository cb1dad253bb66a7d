import { spawn } from 'node:child_process';
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
import { ROOT } from './configuration.ts';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The commands that were run, in order, without Terraform's -chdir. */
  commands: string[];
}

export interface Workshop {
  folder: string;
  /** Stands in for a command: shell lines that find its arguments in "$*". Calls are logged. */
  standIn(command: string, script: string): void;
  run(script: 'deploy' | 'destroy', args: string[], env?: Record<string, string>): Promise<Outcome>;
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

/** The scripts in a copy of the repository, where the commands that they run are stand-ins. */
export function deployWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'dodo-deploy-'));
  const commands = join(folder, 'bin');
  const log = join(commands, 'commands.log');
  for (const path of NEEDED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'infra', 'terraform'));
  mkdirSync(commands);
  writeFileSync(join(folder, 'infra', 'terraform', 'terraform.tfvars'), 'project_id = "test-project"\n');

  return {
    folder,
    standIn(command, script) {
      const link = join(commands, command);
      if (!existsSync(link)) symlinkSync(join(import.meta.dirname, 'stand-in.sh'), link);
      writeFileSync(`${link}.script`, script);
    },
    run(script, args, env = {}) {
      rmSync(log, { force: true });
      const PATH = [commands, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
      const file = join(folder, 'infra', 'deploy', `${script}.ts`);
      const child = spawn(process.execPath, [file, ...args], {
        env: { PATH, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk) => {
        said.stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        said.stderr += chunk;
      });
      return new Promise((resolve) => {
        child.on('close', (code) => {
          const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
          resolve({ code, ...said, commands: lines.map((line) => line.replace(/ -chdir=\S+/, '')) });
        });
      });
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
