import { createServer } from 'node:http';
import { systemClock } from '../../../shared/clock.ts';
import { listening, stopped } from '../../support/loopback-server.ts';

const FRIENDS = 1000;
const LATENCY_MS = 200;
/** As long as X allows, of characters that take two bytes in memory and three on the wire. */
const DESCRIPTION = '友達の多い人は、いつも誰かの話を聞いている。'.repeat(8).slice(0, 160);

/** An X whose every page has 1,000 friends that say as much of themselves as they may, and is not the last. */
export async function startWordyX(): Promise<{ url: string; close(): Promise<void> }> {
  const body = JSON.stringify({
    data: Array.from({ length: FRIENDS }, (_, index) => friend(index)),
    meta: { result_count: FRIENDS, next_token: 'MORE' },
  });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  const server = createServer(async (_, response) => {
    await systemClock.sleep(LATENCY_MS);
    response.writeHead(200, headers).end(body);
  });
  // However long the machine stands still, no connection breaks.
  server.keepAliveTimeout = 0;
  const url = await listening(server);
  return { url, close: () => stopped(server) };
}

function friend(index: number) {
  const id = `${10 ** 18 + index}`;
  return {
    ...{ id, username: `wordy_${index}`, name: `友達 ${index} 号` },
    ...{ description: `${index} ${DESCRIPTION}`.slice(0, 160), location: '東京都千代田区' },
    ...{ url: `https://t.co/${id}`, profile_image_url: `https://pbs.twimg.com/profile_images/${id}/p.jpg` },
    ...{ created_at: '2020-01-15T12:00:00.000Z', protected: false, verified: false, verified_type: 'none' },
    public_metrics: {
      ...{ followers_count: index, following_count: 20, tweet_count: 40, listed_count: 30, like_count: 7 },
      media_count: 3,
    },
  };
}
