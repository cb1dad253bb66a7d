import { MultiBar, type SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal/terminal.ts';
import {
  type DispatchProgress,
  hasEnded,
  pagesDoneOf,
  pagesExpected,
  pagesExpectedOf,
} from './run-progress.ts';

/** Shows how far the pages are: bars on a terminal, a plain line per change elsewhere. */
export interface ProgressDisplay {
  /** `note`: what else is to be said now. */
  show(progress: DispatchProgress[], note?: string): void;
  done(): void;
}

/** Taller than that, and a terminal scrolls the bars away. */
const MOST_BARS = 8;

export function createProgressDisplay(
  label: string,
  { canvas: out }: Pick<Terminal, 'canvas'>,
): ProgressDisplay {
  return out.isTTY ? bars(label, out) : lines(label, out);
}

function lines(label: string, out: NodeJS.WriteStream): ProgressDisplay {
  let last = '';
  return {
    show(rows, note = `${rows.length} parents known`) {
      const line = `${label}: ${pagesDoneOf(rows)} of ${pagesExpectedOf(rows)} pages, ${note}`;
      if (line !== last) out.write(`${line}\n`);
      last = line;
    },
    done: () => undefined,
  };
}

const BAR_WIDTH = 40;

/** Rounded down, so that what is full is done. */
const barOf = (progress: number): string => '='.repeat(Math.floor(progress * BAR_WIDTH)).padEnd(BAR_WIDTH);

/** One bar for all pages, and one for each of the first dispatches that run; a bar is full only where all is done. */
function bars(label: string, out: NodeJS.WriteStream): ProgressDisplay {
  const multi = new MultiBar({
    stream: out,
    format: '{label} [{bar}] {value}/{total} pages{note}',
    formatBar: barOf,
    hideCursor: true,
    emptyOnZero: true,
    linewrap: false,
  });
  const all = multi.create(0, 0, { label, note: '' });
  const ofDispatch = new Map<string, SingleBar>();
  return {
    show(rows, note = `${rows.length} parents known`) {
      all.setTotal(pagesExpectedOf(rows));
      all.update(pagesDoneOf(rows), { note: `, ${note}` });
      const running = rows.filter((row) => !hasEnded(row)).slice(0, MOST_BARS);
      const ids = new Set(running.map((row) => row.dispatch_id));
      for (const [id, bar] of ofDispatch)
        if (!ids.has(id)) {
          multi.remove(bar);
          ofDispatch.delete(id);
        }
      for (const row of running) {
        const of = { label: `  @${row.parent_username.padEnd(15)}`, note: '' };
        const bar = ofDispatch.get(row.dispatch_id) ?? multi.create(pagesExpected(row), 0, of);
        ofDispatch.set(row.dispatch_id, bar);
        bar.setTotal(pagesExpected(row));
        bar.update(row.pages_done, of);
      }
    },
    done: () => multi.stop(),
  };
}
