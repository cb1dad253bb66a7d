import { Failure } from '../terminal/errors.ts';

/** What X's simulator says is true of an account on its present day. */
export interface Truth {
  id: string;
  status: string;
  saysCount: number;
  friends: { id: string; username: string }[];
}

/** The simulator's own controls; the real X has none of them. */
export interface Simulator {
  truthOf(username: string): Promise<Truth>;
  /** Moves the graph on by a day. */
  nextDay(): Promise<void>;
}

export function simulatorAt(baseUrl: string): Simulator {
  const call = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`${baseUrl}/_sim/${path}`, init);
    if (!response.ok) throw new Failure(`the simulator of X answered ${response.status} to ${path}`);
    return response.json();
  };
  return {
    truthOf: async (username) => (await call(`truth?username=${encodeURIComponent(username)}`)) as Truth,
    nextDay: async () => {
      await call('day', { method: 'POST', body: JSON.stringify({ advance: 1 }) });
    },
  };
}
