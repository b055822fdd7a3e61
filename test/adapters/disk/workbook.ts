import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

const main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export const typesOf = (part: string, type: string) =>
  `<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="${type}"/></Types>`;

export const relationsOf = (relations: Record<string, string>) => {
  const entries = Object.entries(relations).map(
    ([target, type], index) => `<Relationship Id="r${index + 1}" Type="${kind}/${type}" Target="${target}"/>`,
  );
  return `<Relationships>${entries.join("")}</Relationships>`;
};

/** Parts of a workbook with one sheet, no more than it needs. */
export const workbookParts = (sheet: string, strings = "<sst/>"): Record<string, string> => ({
  "[Content_Types].xml": typesOf("xl/workbook.xml", main),
  "_rels/.rels": relationsOf({ "xl/workbook.xml": "officeDocument" }),
  "xl/workbook.xml": '<workbook><sheets><sheet name="Report" sheetId="1" r:id="r1"/></sheets></workbook>',
  "xl/_rels/workbook.xml.rels": relationsOf({
    "worksheets/sheet1.xml": "worksheet",
    "sharedStrings.xml": "sharedStrings",
  }),
  "xl/worksheets/sheet1.xml": sheet,
  "xl/sharedStrings.xml": strings,
});

export async function zipOf(
  parts: Record<string, string>,
  mtime = new Date(0),
  { compress = true } = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, contents] of Object.entries(parts)) zip.addBuffer(Buffer.from(contents), name, { mtime, compress });
  zip.end();
  return buffer(zip.outputStream);
}
