/**
 * Preloaded into a function: the framework wraps each event in one of Node's domains, which watch every promise
 * (https://nodejs.org/api/domain.html); here it gets one that watches nothing. It is what answers a throw outside a
 * promise, so the functions keep it: this only tells what CPU it takes.
 */
import { registerHooks } from 'node:module';

/** In CommonJS, as what asks for it. */
const UNWATCHED = `
  const { EventEmitter } = require('node:events');
  const create = () => Object.assign(new EventEmitter(), { run: (work) => work(), bind: (work) => work });
  process.domain = create();
  module.exports = { create };`;
const URL = 'bench:unwatched-domain';

registerHooks({
  resolve: (name, context, next) =>
    name === 'domain' ? { url: URL, format: 'commonjs', shortCircuit: true } : next(name, context),
  load: (url, context, next) =>
    url === URL ? { format: 'commonjs', source: UNWATCHED, shortCircuit: true } : next(url, context),
});
