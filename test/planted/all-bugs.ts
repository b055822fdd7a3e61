import { adapters } from "./bugs/adapters.ts";
import { commandLine } from "./bugs/command-line.ts";
import { consolePage } from "./bugs/console.ts";
import { localServices } from "./bugs/local-services.ts";
import { rules } from "./bugs/rules.ts";
import { stack } from "./bugs/stack.ts";
import { wiring } from "./bugs/wiring.ts";

const byArea = {
  rules,
  "handlers and wiring": wiring,
  stack,
  "local services": localServices,
  adapters,
  "client and command line": commandLine,
  console: consolePage,
};

/** Every planted bug, with the area that it lies in. */
export const allBugs = Object.entries(byArea).flatMap(([area, bugs]) => bugs.map((bug) => ({ area, ...bug })));
