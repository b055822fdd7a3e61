import type { AcceptedColumns, Manifest, ManifestEntry } from "../../../api/manifest.ts";
import type { Deadline } from "../deadline.ts";

/** A manifest, and which version of it that is. */
export interface ReadManifest {
  readonly manifest: Manifest | undefined;
  /** Undefined if there is none. */
  readonly version: string | undefined;
}

/** What is current of each schedule: its files below `current/`, and the manifest that names them. */
export interface Current {
  /** To write it again: a damaged one counts as none. */
  read(schedule: string, deadline: Deadline): Promise<ReadManifest>;
  /**
   * To show it; undefined if there is none.
   * @throws Failure `manifest_damaged`
   */
  get(schedule: string, deadline: Deadline): Promise<Manifest | undefined>;
  /** False if somebody else has written it since that version was read. */
  write(manifest: Manifest, version: string | undefined, deadline: Deadline): Promise<boolean>;
  /** Puts the bytes of an entry's `source_key` under its `key`; false if they are gone. */
  copy(entry: ManifestEntry, deadline: Deadline): Promise<boolean>;
  /** All keys below the schedule's part of `current/`, but the manifest's. */
  list(schedule: string, deadline: Deadline): Promise<readonly string[]>;
  /** Deletes keys below `current/`. */
  remove(keys: readonly string[], deadline: Deadline): Promise<void>;
  /** Whether the bucket's retention may delete these files and records: what no manifest names. */
  mark(keys: readonly string[], retention: "expires" | "kept", deadline: Deadline): Promise<void>;
  accepted(schedule: string, deadline: Deadline): Promise<readonly AcceptedColumns[]>;
  accept(schedule: string, columns: readonly AcceptedColumns[], deadline: Deadline): Promise<void>;
}
