import type { DownloadLink, Export, ExportFile, ExportOrder, SucceededExport } from "../../../api/export.ts";
import type { Deadline } from "../deadline.ts";
import type { Comparison } from "../files/row-changes.ts";
import type { DownloadedReport } from "./toggl.ts";

/** The exports: their records, which are a workspace's history, and their files. */
export interface Exports {
  /** The export with this id, if the workspace has it; a damaged record counts as none. */
  find(workspaceId: number, id: string, deadline: Deadline): Promise<Export | undefined>;
  /** @throws Failure `record_damaged` where `find` finds nothing */
  get(workspaceId: number, id: string, deadline: Deadline): Promise<Export | undefined>;
  /** A part of the history, newest first. */
  page(of: HistoryPart, deadline: Deadline): Promise<HistoryPage>;
  /** Writes a record where there is none. */
  create(record: Export, deadline: Deadline): Promise<void>;
  /** Writes a record over the one that is there. */
  write(record: Export, deadline: Deadline): Promise<void>;
  /** Puts the whole file under its key, or nothing. */
  publish(path: string, file: NewFile, deadline: Deadline): Promise<ExportFile>;
  /** A file that an attempt published before it failed or was ended, checked once more; undefined if there is none. */
  findPublished(key: string, order: ExportOrder, deadline: Deadline): Promise<PublishedReport | undefined>;
  /** Brings a file to the scratch disk. */
  download(file: ExportFile, deadline: Deadline): Promise<EarlierFile>;
  /** Whether it is still in the bucket. */
  isThere(file: ExportFile, deadline: Deadline): Promise<boolean>;
  /**
   * How the contents of two files on the scratch disk differ.
   * @throws Error with the reason where they cannot be compared
   */
  compare(
    earlier: string,
    later: string,
    of: Pick<ExportOrder, "report" | "format">,
    deadline: Deadline,
  ): Promise<Comparison>;
  /** Makes trends as CSV of the JSON that another export has, on the scratch disk, without asking Toggl. */
  convert(file: ExportFile, order: ExportOrder, deadline: Deadline): Promise<DownloadedReport>;
  /** A link to the file, for whoever has it and a while. */
  link(record: SucceededExport): Promise<DownloadLink>;
  linkToFile(file: LinkedFile): Promise<DownloadLink>;
}

/** What a link leads to. */
export interface LinkedFile {
  readonly key: string;
  /** What the file is saved as: plain letters. */
  readonly name: string;
  /** S3 takes a link for the method that it was signed for, and no other. */
  readonly method: "GET" | "HEAD";
}

/** A report whose file is in the bucket already. */
export interface PublishedReport extends DownloadedReport {
  readonly file: ExportFile;
  /** When Toggl was asked for it; ISO 8601. */
  readonly asked_at: string;
}

/** A file that is to be published. */
export interface NewFile extends Omit<ExportFile, "bucket"> {
  /** When Toggl was asked for it; ISO 8601. */
  readonly asked_at: string;
  /** Whether retention may delete it: no manifest ever names what callers make. */
  readonly expires: boolean;
}

/** A file of an earlier export on the scratch disk. */
interface EarlierFile {
  readonly path: string;
  /** Frees the scratch disk. */
  discard(): Promise<void>;
}

/** Which part of a history. */
export interface HistoryPart {
  readonly workspaceId: number;
  /** The id behind which it begins. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Some of a workspace's exports, newest first. */
export interface HistoryPage {
  readonly exports: readonly Export[];
  /** Ids of exports between them that are there but cannot be read. */
  readonly unreadable: readonly string[];
  /** The id that the page ended with, if older exports follow. */
  readonly next?: string;
}
