/** A serial client that only keeps what X answers: one page after the other, each a line of a file. */
import { appendFile } from 'node:fs/promises';
import { call } from './call.ts';
import { pageUrl } from './list-url.ts';
import { serve } from './serve.ts';

interface Asked {
  /** Of each list its first page. */
  lists: string[];
  file: string;
}

serve(async ({ lists, file }: Asked) => {
  let pages = 0;
  const startMs = performance.now();
  for (const list of lists) {
    let token: string | undefined;
    do {
      const page = JSON.parse(String(await call(pageUrl(list, token), 'GET')));
      await appendFile(file, `${JSON.stringify(page)}\n`);
      token = page.meta.next_token;
      pages++;
    } while (token !== undefined);
  }
  return { pages, ms: performance.now() - startMs };
});
