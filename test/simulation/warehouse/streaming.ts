import { HOUR_MS, MINUTE_MS } from '../../../shared/times.ts';
import type { MetadataRow } from '../../../shared/warehouse/account-metadata.ts';
import type { Row } from '../../../shared/warehouse/client.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';
import type { RejectedRow } from '../../../shared/warehouse/rejected-messages.ts';
import type { Instance } from '../instance.ts';
import { NEVER_MS, overNetwork } from '../network.ts';
import type { Surroundings } from '../surroundings.ts';
import { ApiError, PartialFailure, unavailable } from './api-error.ts';
import { refusalOf } from './refused-content.ts';

export type StreamedTable = 'completed_scrapes' | 'account_metadata' | 'rejected_messages';

export interface Streamed {
  insertId: string;
  row: Row;
}

const APPEND_FAULTS = ['append failed', 'append unknown, done now', 'append unknown, done later'] as const;
/** What fails is mostly tried again in vain. */
const SPELL_MS = { least: 100, most: MINUTE_MS };
/** How long BigQuery remembers an insert id, at best: https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery */
const REMEMBERED_MS = MINUTE_MS;
/** As late as queries may see a streamed row: Google's own client tests wait for two minutes. */
const LATE_MS = { least: 200, most: 120_000 };
/** For so long insertAll may not know a column that was added. */
const COLUMN_MS = { least: 1000, most: 10 * MINUTE_MS };
const NEW_COLUMN = 'charged';

/** `tabledata.insertAll`, for all instances. */
export class Streaming {
  readonly #sim: Surroundings;
  readonly #remembered = new Map<string, number>();
  readonly #spells = new Map<StreamedTable, { fault: (typeof APPEND_FAULTS)[number]; untilMs: number }>();
  #columnFromMs = 0;

  constructor(sim: Surroundings) {
    this.#sim = sim;
  }

  insert(instance: Instance, table: StreamedTable, rows: Streamed[]): Promise<void> {
    const fault = this.#sim.isWarehouseAway() ? 'append failed' : this.#faultOf(table);
    // What has failed is heard of, or is never heard of.
    const answerMs = fault !== undefined && this.#sim.random.chance(0.3) ? NEVER_MS : undefined;
    const act = () => {
      if (fault === 'append failed') throw unavailable(this.#sim.time.now());
      this.#assertTakes(table, rows);
      if (fault === 'append unknown, done later') this.#landLater(table, rows);
      else for (const row of rows) this.#landOnceOrTwice(table, row);
      if (fault !== undefined) throw unavailable(this.#sim.time.now());
    };
    return overNetwork(this.#sim, instance, act, answerMs);
  }

  #faultOf(table: StreamedTable) {
    const { faults, time, random } = this.#sim;
    const spell = this.#spells.get(table);
    if (faults.on && spell && time.now() < spell.untilMs) return spell.fault;
    const fault = faults.oneOf(...APPEND_FAULTS);
    if (fault) {
      const untilMs = time.now() + random.magnitude(SPELL_MS.least, SPELL_MS.most);
      this.#spells.set(table, { fault, untilMs });
    }
    return fault;
  }

  /** Throws where BigQuery refuses one of the rows, or all of them for one. */
  #assertTakes(table: StreamedTable, rows: Streamed[]): void {
    const refused = new Map<number, { message: string; location?: string }>();
    for (const [index, { row }] of rows.entries()) {
      const refusal = refusalOf(this.#sim, table, row) ?? this.#columnRefusal(table);
      if (refusal?.how === 'request') throw new ApiError(refusal.code, 'invalid', refusal.message);
      if (refusal) refused.set(index, { message: refusal.message, location: refusal.location ?? '' });
    }
    if (refused.size > 0) throw new PartialFailure(rows.length, refused);
  }

  /** No content: waiting helps. */
  #columnRefusal(table: StreamedTable) {
    const { faults, time, random } = this.#sim;
    if (table !== 'completed_scrapes' || !faults.on) return null;
    if (faults.strikes('column unknown'))
      this.#columnFromMs = time.now() + random.magnitude(COLUMN_MS.least, COLUMN_MS.most);
    if (time.now() >= this.#columnFromMs) return null;
    return { how: 'row', code: 400, message: `no such field: ${NEW_COLUMN}.`, location: NEW_COLUMN } as const;
  }

  #landOnceOrTwice(table: StreamedTable, { insertId, row }: Streamed, isLate = false): void {
    const { time, faults } = this.#sim;
    const name = `${table}/${insertId}`;
    const isRemembered = time.now() < (this.#remembered.get(name) ?? 0) + REMEMBERED_MS;
    const twice = faults.strikes('row stored twice');
    if (!isRemembered || twice) this.#land(table, row, isLate);
    if (!isRemembered && twice) this.#land(table, row, isLate);
    this.#remembered.set(name, time.now());
  }

  /** Some rows of the request now, some later, some never. */
  #landLater(table: StreamedTable, rows: Streamed[]): void {
    const { random, time } = this.#sim;
    const laterMs = random.magnitude(1000, 12 * HOUR_MS);
    for (const row of rows) {
      const when = rows.length === 1 ? 'later' : random.pick(['now', 'later', 'later', 'never'] as const);
      if (when === 'now') this.#landOnceOrTwice(table, row);
      if (when === 'later') time.after(laterMs, () => this.#landOnceOrTwice(table, row, true));
    }
  }

  /** Each time as a row of its own. */
  #land(table: StreamedTable, row: Row, isLate: boolean): void {
    const { tables, checks, time, faults, random } = this.#sim;
    const lateMs = faults.strikes('row seen late') ? random.magnitude(LATE_MS.least, LATE_MS.most) : 0;
    const seenFromMs = time.now() + lateMs;
    this.#sim.trace(
      () => `stored in ${table}${lateMs ? `, seen in ${lateMs} ms` : ''}: ${JSON.stringify(row)}`,
    );
    const stored = { ...row, problems: problemsIn(row.problems) };
    switch (table) {
      case 'completed_scrapes': {
        const page = stored as unknown as PageRow;
        // Whoever bought the other copy may have told how the list ended.
        const isCopy = (tables.pages.get(page.dispatch_id) ?? []).some(
          (other) => other.page_number === page.page_number && other.fetch_id !== page.fetch_id,
        );
        tables.addPage(page, seenFromMs);
        checks.announcements.changed(page, isLate || isCopy);
        checks.chains.pageLanded(page);
        checks.verdicts.pageLanded(page);
        if (lateMs > 0)
          time.at(seenFromMs, () => {
            checks.announcements.changed(page, true);
            checks.chains.pageSeen(page);
          });
        break;
      }
      case 'account_metadata':
        tables.addMetadata(stored as unknown as MetadataRow, seenFromMs);
        // Nothing is over before it is seen.
        if (lateMs > 0) time.at(seenFromMs, () => undefined);
        break;
      case 'rejected_messages':
        tables.rejected.push(row as unknown as RejectedRow);
        break;
    }
  }
}

const problemsIn = (column: unknown): unknown[] => (typeof column === 'string' ? JSON.parse(column) : []);
