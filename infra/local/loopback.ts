/**
 * Preloaded (`node --import`) into the functions-framework processes of the local stack. The framework can
 * neither listen on one interface only nor tell which port the system chose for PORT=0
 * (https://github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/main.ts), so both are done
 * here; and a function never outlives the stack that started it.
 */
import net from 'node:net';

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;

const listen = net.Server.prototype.listen as unknown as Listen;

function listenOnLoopback(this: net.Server, port: unknown, ...rest: unknown[]): net.Server {
  this.once('listening', () => {
    const address = this.address();
    if (address && typeof address === 'object') process.send?.({ port: address.port });
  });
  return listen.call(this, Number(port), '127.0.0.1', ...rest);
}

net.Server.prototype.listen = listenOnLoopback as unknown as typeof net.Server.prototype.listen;

process.once('disconnect', () => process.exit(0));
