import { SingleBar } from 'cli-progress';
import type { DispatchProgress } from './run-progress.ts';

/** Shows how far the pages are: a bar on a terminal, a plain line per change elsewhere. */
export interface ProgressDisplay {
  show(progress: DispatchProgress[]): void;
  done(): void;
}

const planned = (rows: DispatchProgress[]) =>
  rows.reduce(
    (sum, row) => sum + Math.max(row.pages_done, row.state === 'running' ? (row.total_pages ?? 0) : 0),
    0,
  );
const finished = (rows: DispatchProgress[]) => rows.reduce((sum, row) => sum + row.pages_done, 0);

export function createProgressDisplay(
  label: string,
  out: NodeJS.WriteStream = process.stderr,
): ProgressDisplay {
  if (!out.isTTY) {
    let last = '';
    return {
      show(rows) {
        const line = `${label}: ${finished(rows)} of ${planned(rows)} pages, ${rows.length} parents known`;
        if (line !== last) out.write(`${line}\n`);
        last = line;
      },
      done: () => undefined,
    };
  }
  const bar = new SingleBar({
    stream: out,
    format: `${label} [{bar}] {value}/{total} pages, {parents} parents known`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
  });
  bar.start(1, 0, { parents: 0 });
  return {
    show(rows) {
      bar.setTotal(Math.max(1, planned(rows)));
      bar.update(finished(rows), { parents: rows.length });
    },
    done: () => bar.stop(),
  };
}
