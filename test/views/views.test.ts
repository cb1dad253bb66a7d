import { afterAll, beforeAll } from 'vitest';
import { closeWarehouse, openWarehouse } from './warehouse.ts';

// One warehouse for all of them, emptied between the tests: to make one takes seconds.
beforeAll(openWarehouse);
afterAll(closeWarehouse);

import './account-history.suite.ts';
import './chain.suite.ts';
import './changes.suite.ts';
import './daily-cost.suite.ts';
import './forgotten.suite.ts';
import './progress.suite.ts';
import './states.suite.ts';
import './vanished-friends.suite.ts';
import './view-files.suite.ts';
