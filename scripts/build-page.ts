import { buildPage } from "../console/build-page.ts";
import { savePage } from "../console/saved-page.ts";

const [, , file = "dist/page.json"] = process.argv;
await savePage(file, await buildPage());
