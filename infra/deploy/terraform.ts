import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Failure } from '../cli/terminal/errors.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { PlanJson } from './plan-json.ts';
import { notStarted, type Ran, ROOT, run } from './run.ts';

export const TERRAFORM_FOLDER = join(ROOT, 'infra', 'terraform');

/** What Terraform says with -json: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
interface Message {
  '@message': string;
  type: string;
  diagnostic?: Diagnostic;
}

export interface Said {
  code: number;
  diagnostics: Diagnostic[];
}

/** What of an apply a person wants to see go by. */
const PROGRESS = /^(apply_(start|progress|complete|errored)|change_summary)$/;

/**
 * Runs a command of Terraform that says in JSON what it does. An interrupt is Terraform's: it ends what it has begun and
 * keeps its state, and this process waits for it.
 */
export async function terraformSays(command: string, args: string[]): Promise<Said> {
  const child = spawn('terraform', [`-chdir=${TERRAFORM_FOLDER}`, command, '-json', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted('terraform', error)));
    child.on('close', (code) => resolve(code ?? 1));
  });
  const wait = () => console.log('Terraform is asked to stop, and ends what it has begun.');
  process.on('SIGINT', wait);
  try {
    const diagnostics: Diagnostic[] = [];
    const complained = text(child.stderr);
    for await (const line of createInterface({ input: child.stdout })) {
      const message = messageOf(line);
      if (message?.diagnostic) diagnostics.push(message.diagnostic);
      else if (message === undefined) console.log(line);
      else if (command === 'apply' && PROGRESS.test(message.type)) console.log(message['@message']);
    }
    const code = await ended;
    const complaint = (await complained).trim();
    if (complaint !== '') console.error(complaint);
    return { code, diagnostics };
  } finally {
    process.off('SIGINT', wait);
  }
}

/** Undefined where a line is no JSON: Terraform has crashed, or is no Terraform. */
function messageOf(line: string): Message | undefined {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Runs a command of Terraform; its output comes back. Exit code 1 is an answer where `mayFail`. */
export function terraform(args: string[], mayFail = false): Ran {
  return run('terraform', [`-chdir=${TERRAFORM_FOLDER}`, ...args], {
    output: 'quiet',
    ...(mayFail && { answers: [1] }),
  });
}

/** Shows a plan as Terraform shows plans. */
export function showPlan(file: string): void {
  run('terraform', [`-chdir=${TERRAFORM_FOLDER}`, 'show', file]);
}

export function planJson(file: string): PlanJson {
  return JSON.parse(terraform(['show', '-json', file]).stdout);
}

/** Addresses of all that Terraform has made; none where it has made nothing yet. Throws Failure. */
export function deployed(): string[] {
  const { code, stdout, stderr } = terraform(['state', 'list'], true);
  if (code !== 0 && !stderr.includes('No state file was found'))
    throw new Failure(`Terraform's state cannot be read: ${stderr.trim()}`);
  return stdout.split('\n').filter((address) => address !== '' && !/(^|\.)data\./.test(address));
}
