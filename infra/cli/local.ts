import { once } from 'node:events';
import { Command } from 'commander';
import { startStack } from '../local/stack.ts';
import { StackIsUp } from '../local/stack-file.ts';
import { Failure } from './errors.ts';
import type { GlobalOptions } from './target.ts';

export const localCommand = () =>
  new Command('local')
    .description('run the whole stack on this machine until Ctrl-C')
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo local        then, in another terminal: npx dodo dispatch exactly_1000',
    )
    .action(async (_options: object, command: Command) => {
      const { data } = command.optsWithGlobals<GlobalOptions>();
      const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      const stack = await start(data);
      for (const { name, port, pid } of stack.processes)
        console.log(`${name.padEnd(12)} 127.0.0.1:${port}  process ${pid}`);
      console.log(`The stack is up; its data and logs are in ${data}. Ctrl-C stops it.`);
      const broken = await Promise.race([stopped.then(() => undefined), stack.broken]);
      await stack.stop();
      if (broken !== undefined)
        throw new Failure(
          `the process ${broken} ended, so the stack was stopped; nothing is lost. See ${data}/logs/${broken}.log, then start it again.`,
        );
      console.log('The stack is stopped. Unfinished messages are kept and go on at the next start.');
    });

export async function start(dir: string, settings: Record<string, string> = {}) {
  try {
    return await startStack({ dir, settings });
  } catch (error) {
    if (error instanceof StackIsUp)
      throw new Failure(
        `${error.message}. Stop it first (Ctrl-C in its terminal), or use another folder with --data.`,
      );
    throw error;
  }
}
