import { afterAll, beforeAll } from 'vitest';
import './account-history.suite.ts';
import './chain.suite.ts';
import './changes.suite.ts';
import './daily-cost.suite.ts';
import './forgotten.suite.ts';
import './progress.suite.ts';
import './states.suite.ts';
import './vanished-friends.suite.ts';
import './view-files.suite.ts';
import { closeWarehouse, openWarehouse } from './warehouse.ts';

// One warehouse for all suites, emptied between their tests: to make one takes seconds.
beforeAll(openWarehouse);
afterAll(closeWarehouse);
