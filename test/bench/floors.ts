import type { Bench } from './bench.ts';
import { pageFloor } from './support/floors/page.ts';
import { publishFloor } from './support/floors/publish.ts';
import { firstEventFloor } from './support/floors/start.ts';
import { onStack } from './support/load.ts';
import { buildsIn, inBuildFolder } from './support/starts.ts';

export const floors: Bench = {
  name: 'floors',
  what: 'the least that there is to do for the same work, in turns: the bare publisher; JSON in, JSON out and one POST; an empty function',
  run: (context) =>
    inBuildFolder(async (dir) => {
      const { bundle: code } = await buildsIn(dir);
      return await onStack({}, async (on) => ({
        publish: await publishFloor(context, on),
        page1000: await pageFloor(context, on, code, { friends: 1000, lists: 20 }),
        page100: await pageFloor(context, on, code, { friends: 100, lists: 100 }),
        startup: await firstEventFloor(context, on, code, dir),
      }));
    }),
};
