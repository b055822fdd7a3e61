import { pickerOptions } from "../../console/page/exports/picker-options.ts";
import { pairedRows } from "../../console/page/profitability/paired-rows.ts";
import { searchFor } from "../../console/page/search-words.ts";
import { shownRows } from "../../console/page/tables/file-table.ts";
import { foundProjects } from "../../console/page/trends/table-columns.ts";
import { reportedCases } from "./reported-cases.ts";

const name = "Café Zürich – Réseau";
const names = { 7: name, 81: "Website" };
const picked = (text: string, takesNull = false) =>
  pickerOptions({ names, chosen: [], text, takesNull, one: "project" }).map((one) => one.name);
const inFile = (text: string) =>
  shownRows(
    {
      rows: [
        [name, "1"],
        ["Website", "2"],
      ],
      figures: [1],
    },
    { text, sort: undefined },
  ).map(([first]) => first);
const sideBySide = (text: string) => {
  const rows = [name, "Website"].map((one) => ({ names: [one], figures: [] }));
  const pairs = { nameColumns: ["Project"], figureColumns: [], decimals: [], rows, totals: [] };
  return pairedRows(pairs, { text, sort: undefined, by: "figure" }).map((row) => row.names[0]);
};
const inTrends = (text: string) => {
  const projects = Object.entries(names).map(([id, one]) => ({ id: Number(id), name: one }));
  return foundProjects(projects as unknown as Parameters<typeof foundProjects>[0], text).map((one) => one.name);
};

reportedCases("One search finds the same everywhere on the page: all words, whatever case and accents", [
  { name: "the form's picker, no accents", before: "[]", right: [name], now: () => picked("cafe zurich") },
  {
    name: "the form's picker, words the other way round",
    before: "[]",
    right: [name],
    now: () => picked("zürich café"),
  },
  { name: "the form's picker, two spaces", before: "[]", right: [name], now: () => picked("café  zürich") },
  { name: "the form's picker, by id", before: "[Website]", right: ["Website"], now: () => picked("81") },
  {
    name: "the form's picker, an id nobody has named",
    before: "[project 9]",
    right: ["project 9"],
    now: () => picked("9"),
  },
  {
    name: "the form's picker, those without",
    before: "[No project]",
    right: ["No project"],
    now: () => picked("no", true),
  },
  { name: "the form's picker, nothing", before: "[both]", right: [name, "Website"], now: () => picked(" ") },
  { name: "a file's table, no accents", before: "[]", right: [name], now: () => inFile("reseau CAFE") },
  { name: "a file's table, accents in another form", before: "[]", right: [name], now: () => inFile("cafe\u0301") },
  { name: "a file's table, nothing", before: "[both]", right: [name, "Website"], now: () => inFile(" ") },
  { name: "two periods side by side, no accents", before: "[]", right: [name], now: () => sideBySide("zurich") },
  { name: "two periods side by side, nothing", before: "[both]", right: [name, "Website"], now: () => sideBySide("") },
  { name: "the trends' table", before: `[${name}]`, right: [name], now: () => inTrends("reseau zurich") },
  { name: "the trends' table, by id", before: "[Website]", right: ["Website"], now: () => inTrends(" 81 ") },
  { name: "full-width letters", before: "false", right: true, now: () => searchFor("ＣＡＦＥ")(name) },
  { name: "a letter that only looks alike", before: "false", right: false, now: () => searchFor("cafα")(name) },
]);
