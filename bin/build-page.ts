import { buildPage } from "../console/build-page.ts";
import { savePage } from "../console/saved-page.ts";

await savePage("dist/page.json", await buildPage());
