/** A page and nothing else: one GET, JSON in, JSON out, one POST. */
import { call } from './call.ts';
import { serve } from './serve.ts';

interface Asked {
  /** Where the page is, and where it goes. */
  from: string;
  to: string;
}

serve(async ({ from, to }: Asked) => {
  const page = JSON.parse(String(await call(from, 'GET')));
  await call(to, 'POST', JSON.stringify({ rows: [{ insertId: from, json: page }] }));
  return page.meta;
});
