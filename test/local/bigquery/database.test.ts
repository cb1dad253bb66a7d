import { expect, it } from 'vitest';
import { openDatabase } from '../../../infra/local/bigquery/database.ts';
import { dataFile } from '../support/process.ts';
import { PROJECT } from './client.ts';

it('what does not fit into memory goes beside the file, and not into the folder that it was started in', async () => {
  const file = await dataFile('warehouse.duckdb');
  const database = await openDatabase(file, PROJECT);
  const [[folder] = []] = await database.read(async (connection) =>
    (await connection.runAndReadAll("SELECT current_setting('temp_directory')")).getRows(),
  );
  await database.close();
  expect(folder).toBe(`${file}.tmp`);
});
