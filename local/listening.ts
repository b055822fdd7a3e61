import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Door, guard } from "./loopback-guard.ts";

/** A server on this machine only. */
export interface Listening {
  readonly url: string;
  /** Ends it at once, open connections too. */
  close(): Promise<void>;
}

/** That a port is taken. Whoever chose it knows how another one is named. */
export class PortInUse extends Error {
  override readonly name = "PortInUse";

  constructor(port: number, cause: unknown) {
    super(`Port ${port} is in use. Choose another one, such as PORT=${port + 1} npm start.`, { cause });
  }
}

/** @throws PortInUse before anything is made that a start needs */
export async function refuseTakenPort(port: number): Promise<void> {
  const { close } = await listenOnLoopback(createServer(), port);
  await close();
}

/**
 * Starts a server on the loopback, closed to the pages of other sites.
 * @param port 0 for any that is free
 * @param door what it lets in besides
 * @throws PortInUse
 */
export async function listenOnLoopback(server: Server, port: number, door: Door = {}): Promise<Listening> {
  guard(server, door);
  server.keepAliveTimeout = 0; // an idle connection is its client's to end: the server might do so under the next request
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(taken(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function taken(error: NodeJS.ErrnoException, port: number): Error {
  return error.code === "EADDRINUSE" ? new PortInUse(port, error) : error;
}
